import json

import numpy as np
import pytest

from fitcli.data.image import ImageFormat
from fitcli.engine import keep
from fitcli.engine.checkpoint import list_checkpoints, load_checkpoint, save_checkpoint
from fitcli.engine.keep import Keeper, Progress, model_file
from fitcli.engine.modelfile import load_model
from fitcli.errors import ModelFileError
from fitcli.spec import load_spec


@pytest.fixture
def keeper_of(trainer_of, images, tmp_path):
    def make(**settings):
        return Keeper(tmp_path, trainer_of(**settings), images(26))

    return make


def moved(keeper, steps=2):
    data = keeper.train
    for _ in range(steps):
        keeper.trainer.descend(data.images[:8], data.labels[:8], 0.01)
    return keeper


def test_a_new_run_has_its_spec_and_an_empty_log(keeper_of, tmp_path):
    keeper = keeper_of()
    keeper.begin()
    keeper.close()
    assert load_spec(tmp_path / "spec.yaml") == keeper.spec
    assert (tmp_path / "log.jsonl").read_bytes() == b""


def test_state_and_progress_come_back_exactly(keeper_of, tmp_path):
    first = moved(keeper_of())
    first.begin()
    first.log.write({"event": "step", "step": 1})
    first.progress = Progress(1 / 3, 7, 0.1, {"event": "epoch", "epoch": 1, "val_loss": float("inf")})
    first.save_checkpoint()
    first.log.write({"event": "step", "step": 2})
    first.close()
    second = keeper_of()
    second.restore()
    second.begin()
    second.close()
    assert second.progress == first.progress and second.warnings == ()
    assert second.trainer.step == 2
    for name, array in first.trainer.arrays().items():
        assert second.trainer.arrays()[name].tobytes() == array.tobytes()
    assert [json.loads(line)["step"] for line in (tmp_path / "log.jsonl").open()] == [1]


def test_only_the_last_checkpoints_stay(keeper_of, tmp_path):
    keeper = keeper_of(keep=3)
    keeper.begin()
    for _ in range(5):
        moved(keeper, 1).save_checkpoint()
    keeper.close()
    assert [step for step, _ in list_checkpoints(tmp_path)] == [3, 4, 5]


def test_without_a_checkpoint_the_run_begins_again(keeper_of, tmp_path):
    first = keeper_of()
    first.begin()
    first.log.write({"event": "step", "step": 1})
    first.close()
    second = keeper_of()
    second.restore()
    second.begin()
    second.close()
    assert second.warnings == ("there is no checkpoint yet: the run begins again",)
    assert second.trainer.step == 0 and (tmp_path / "log.jsonl").read_bytes() == b""


def test_a_damaged_checkpoint_is_passed_over_with_a_warning(keeper_of, tmp_path):
    first = keeper_of()
    first.begin()
    for _ in range(2):
        moved(first, 1).save_checkpoint()
    first.close()
    newest = list_checkpoints(tmp_path)[-1][1]
    newest.write_bytes(newest.read_bytes()[:-5])
    second = keeper_of()
    second.restore()
    assert second.trainer.step == 1
    (warning,) = second.warnings
    assert "step-00000002.safetensors is damaged" in warning and warning.endswith("; using the one before it")


def test_another_optimizer_is_refused(keeper_of):
    first = keeper_of()
    first.begin()
    first.save_checkpoint()
    first.close()
    with pytest.raises(ModelFileError, match="the checkpoint is of another model or optimizer"):
        keeper_of(optimizer="{sgd: {momentum: 0.9}}").restore()


def test_the_spec_is_written_anew_only_when_it_has_changed(keeper_of, tmp_path):
    for epochs, written in ((3, True), (3, False), (5, True)):
        path = tmp_path / "spec.yaml"
        before = path.stat().st_ino if path.exists() else None
        keeper = keeper_of(epochs=epochs)
        keeper.begin()
        keeper.close()
        assert (path.stat().st_ino != before) is written
        assert load_spec(path).fit.epochs == epochs


def test_the_model_file_holds_what_predict_needs(keeper_of, tmp_path):
    keeper = moved(keeper_of())
    keeper.progress = Progress(last={"event": "epoch", "epoch": 4, "step": 2, "val_loss": 0.5})
    keeper.save_model("model.safetensors")
    found = load_model(tmp_path)
    model = keeper.trainer.model
    assert found.classes == ("ant", "bee", "cow")
    assert ImageFormat.from_json(found.preprocessing) == ImageFormat((6, 5), 1, "stretch")
    assert (found.preprocessing["mean"], found.preprocessing["std"]) == ([0.0], [1.0])
    assert {k: found.info[k] for k in ("epoch", "step", "val_loss")} == {"epoch": 4, "step": 2, "val_loss": 0.5}
    assert "event" not in found.info and "fitcli" in found.info
    for name, array in model.save_arrays().items():
        np.testing.assert_array_equal(found.arrays[name], array)
    assert model_file(model, {}).spec == found.spec


def test_curves_are_drawn_at_most_every_half_minute_unless_asked(keeper_of, tmp_path, monkeypatch):
    drawn, now = [], [1000.0]
    monkeypatch.setattr(keep, "draw_curves", lambda events, path: drawn.append((now[0], len(events))))
    monkeypatch.setattr(keep.time, "monotonic", lambda: now[0])
    keeper = keeper_of()
    keeper.begin()
    keeper.log.write({"event": "step", "step": 1})
    for now[0] in (1010.0, 1031.0, 1032.0, 1062.0):
        assert keeper.draw(seldom=True) == []
    now[0] = 1063.0
    assert keeper.draw() == []
    keeper.close()
    assert drawn == [(1031.0, 1), (1062.0, 1), (1063.0, 1)]


def test_a_state_that_no_fit_has_saved_is_refused_by_name(keeper_of, tmp_path):
    first = keeper_of()
    first.begin()
    first.save_checkpoint()
    first.close()
    (_, path), = list_checkpoints(tmp_path)
    saved = load_checkpoint(path)
    save_checkpoint(tmp_path, saved.step, saved.arrays, saved.state | {"rate": "fast"})
    with pytest.raises(ModelFileError, match="is no checkpoint of this version: state.rate is 'fast'"):
        keeper_of().restore()


def test_a_spec_that_cannot_be_read_is_written_anew(keeper_of, tmp_path, monkeypatch):
    first = keeper_of()
    first.begin()
    first.close()
    text = (tmp_path / "spec.yaml").read_text()
    with monkeypatch.context() as patch:
        patch.setattr("fitcli.engine.keep.Path.read_bytes", lambda _: (_ for _ in ()).throw(OSError(5, "no")))
        second = keeper_of()
        second.begin()
        second.close()
    assert (tmp_path / "spec.yaml").read_text() == text
