"""A sample of the long test: `python tests/bench/fuzz.py` damages 2,000 files."""

import random
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from fitcli.engine.tensorfile import read_tensors

SCRIPT = Path(__file__).with_name("fuzz.py")


def test_nothing_goes_wrong():
    done = subprocess.run([sys.executable, str(SCRIPT), "--count", "40"], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    *_, memory, last = done.stdout.splitlines()
    assert last == "0 of 40 went wrong"
    assert all(f"{kind} " in memory for kind in ("image", "spec", "model", "checkpoint", "data"))


@pytest.mark.parametrize("name", ["blind", "image", "spec"])
def test_damage_is_seeded_and_damages(bench, name):
    damage = getattr(bench("damages"), name)
    data = b"fit: {epochs: 2, batch: 4}\nmodel: [flatten, dense: classes]\n" * 4
    found = [damage(data, random.Random(seed)) for seed in range(60)]
    assert found == [damage(data, random.Random(seed)) for seed in range(60)]
    assert sum(other != data for other in found) > 50 and len({len(other) for other in found}) > 15


def test_json_and_arrays_are_changed_in_one_place(bench):
    damages = bench("damages")
    value = {"a": [1, 2], "b": {"c": "d"}}
    found = [damages.changed(value, random.Random(seed)) for seed in range(60)]
    assert sum(other != value for other in found) > 55 and value == {"a": [1, 2], "b": {"c": "d"}}
    arrays = {"w": np.ones((2, 3), np.float32), "b": np.ones(3, np.float32)}
    shapes = {tuple((name, a.shape, a.dtype.str) for name, a in damages.arrays(arrays, random.Random(seed)).items())
              for seed in range(60)}  # fmt: skip
    assert len(shapes) > 10


def test_a_resealed_model_passes_its_seal(bench, tmp_path):
    fuzz, victims = bench("fuzz"), bench("victims").prepare(tmp_path)
    (victim,) = victims["model"]
    resealed = 0
    for seed in range(20):
        must_tell = fuzz.damage(victim, random.Random(seed))
        if not must_tell:
            resealed += 1
            read_tensors(victim.path, "model")
        victim.restore()
    assert 5 < resealed < 20 and victim.path.read_bytes() == victim.whole


def test_an_answer_and_what_is_wrong_with_it(bench, tmp_path, capfd):
    fuzz = bench("fuzz")
    with capfd.disabled():
        code, told, memory = fuzz.answer(["summary", str(tmp_path / "gone.yaml")], tmp_path)
    assert code == 2 and "error: " in told and 10 < memory < fuzz.MEGABYTES
    judged = fuzz.judged
    assert judged("spec", 2, told, memory, False) is None and judged("model", 6, told, memory, True) is None
    assert judged("spec", -signal.SIGALRM, "", 1, False) == "no answer within 120 s"
    assert judged("spec", 2, "Traceback", 1, False) == judged("spec", 1, "a bug in fitcli", 1, False) == "a bug"
    assert judged("spec", 3, "error: x", 1, False) is None and judged("model", 3, "error: x", 1, True) == "the wrong exit code"
    assert judged("data", 3, "", 1, False) == "no word about it"
    assert judged("data", 0, "", 1001, False) == "1001 MB"
    assert judged("model", 0, "", 1, True) == "a seal that lets a changed byte pass"
