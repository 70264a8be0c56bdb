import math
import os

import numpy as np
import pytest

from fitcli.engine.atomic import PREFIX
from fitcli.engine.checkpoint import list_checkpoints, load_checkpoint, load_latest, save_checkpoint
from fitcli.errors import ModelFileError


def save(run, step, keep=2):
    return save_checkpoint(run, step, {"w": np.full(3, step, np.float64)}, {"step": step}, keep)


def steps(run):
    return [step for step, _ in list_checkpoints(run)]


def damage(path):
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)


def test_the_full_state_comes_back_bit_for_bit(tmp_path):
    arrays = {
        "param": np.array([1e-8, -0.0, 1 / 3], np.float32),
        "moment": np.array([5e-324, 1 / 3]),
        "count": np.array(2**62),
        "order": np.array([3, 1, 2]),
    }
    state = {"best": math.inf, "rate": 0.1 + 0.2, "rng": 2**127 + 1, "history": [None, "é", {"x": -math.inf}]}
    path = save_checkpoint(tmp_path, 123, arrays, state)
    assert path == tmp_path / "checkpoints" / "step-00000123.safetensors"
    loaded = load_checkpoint(path)
    assert (loaded.step, loaded.state) == (123, state)
    assert loaded.arrays.keys() == arrays.keys()
    for name, array in arrays.items():
        assert loaded.arrays[name].tobytes() == array.tobytes() and loaded.arrays[name].dtype == array.dtype


def test_keeps_the_last_ones(tmp_path):
    for step in (5, 10, 15, 20):
        save(tmp_path, step, keep=3)
    assert steps(tmp_path) == [10, 15, 20]
    save(tmp_path, 20, keep=1)
    assert steps(tmp_path) == [20]


def test_steps_are_ordered_as_numbers(tmp_path):
    save(tmp_path, 99_999_999, keep=9)
    save(tmp_path, 1_000_000_000, keep=9)
    (tmp_path / "checkpoints" / "step-x.safetensors").write_text("")
    assert steps(tmp_path) == [99_999_999, 1_000_000_000]


def test_an_old_one_goes_only_after_the_new_one_is_whole(tmp_path, monkeypatch):
    save(tmp_path, 1, keep=1)
    with pytest.raises(ModelFileError, match="NaN"):
        save_checkpoint(tmp_path, 2, {"w": np.array([np.nan])}, {}, keep=1)
    monkeypatch.setattr(os, "replace", lambda *_: (_ for _ in ()).throw(OSError(28, "full")))
    with pytest.raises(ModelFileError, match="the disk is full"):
        save(tmp_path, 3, keep=1)
    assert steps(tmp_path) == [1]
    assert load_latest(tmp_path)[0].step == 1


def test_the_latest(tmp_path):
    assert load_latest(tmp_path) == (None, ())
    save(tmp_path, 1)
    save(tmp_path, 2)
    latest, warnings = load_latest(tmp_path)
    assert latest.step == 2 and warnings == ()


def test_a_damaged_newest_gives_way_to_the_one_before(tmp_path):
    save(tmp_path, 1, keep=3)
    save(tmp_path, 2, keep=3)
    damage(save(tmp_path, 3, keep=3))
    latest, (warning,) = load_latest(tmp_path)
    assert latest.step == 2
    assert "step-00000003.safetensors is damaged" in warning and "using the one before it" in warning
    damage(tmp_path / "checkpoints" / "step-00000002.safetensors")
    latest, warnings = load_latest(tmp_path)
    assert latest.step == 1 and len(warnings) == 2


def test_after_going_on_from_an_older_one_the_damaged_one_is_gone(tmp_path):
    save(tmp_path, 1, keep=5)
    damage(save(tmp_path, 9, keep=5))
    save(tmp_path, 2, keep=5)
    assert steps(tmp_path) == [1, 2]


def test_when_none_is_whole_the_run_is_not_begun_again_silently(tmp_path):
    damage(save(tmp_path, 1))
    damage(save(tmp_path, 2))
    with pytest.raises(ModelFileError) as caught:
        load_latest(tmp_path)
    assert len(caught.value.problems) == 2 and caught.value.exit_code == 6


def test_checkpoints_that_cannot_be_listed_are_not_taken_for_none(tmp_path, monkeypatch):
    path = save(tmp_path, 1)

    def fail(*_):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "listdir", fail)
    monkeypatch.setattr(os, "scandir", fail)
    with pytest.raises(ModelFileError, match="cannot list .*checkpoints: Input/output error"):
        load_latest(tmp_path)
    assert save(tmp_path, 2, keep=1).exists() and path.exists()  # nothing is deleted, and the fit goes on


def test_temporaries_of_a_crash_are_swept(tmp_path):
    save(tmp_path, 1)
    left = tmp_path / "checkpoints" / f"{PREFIX}{2**40}-dead"
    left.write_bytes(b"half")
    save(tmp_path, 2)
    assert not left.exists()


def test_a_run_directory_that_is_gone(tmp_path):
    with pytest.raises(ModelFileError, match="not there"):
        save(tmp_path / "gone", 1)
