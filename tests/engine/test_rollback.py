import json

import numpy as np
import pytest

from fitcli.data.dataset import Splits
from fitcli.engine import keep
from fitcli.engine.checkpoint import load_latest
from fitcli.engine.fit import Fit, fit
from fitcli.engine.log import read_log
from fitcli.engine.modelfile import load_model
from fitcli.errors import DivergedError

DENSE = "[flatten, {dense: 8}, relu, {dense: classes}]"
# A rate that is too high by less than 2⁴, so that a fit comes to its end after a few times.
WILD = {
    "layers": DENSE, "optimizer": "{sgd: {lr: 3e+4}}", "schedule": "constant", "epochs": 30, "on_divergence": "rollback",
    "rollback": "{factor: 1e-2, times: 4}", "keep": 1,
}  # fmt: skip


@pytest.fixture(autouse=True)
def drawn(monkeypatch):
    found = []
    monkeypatch.setattr(keep, "draw_curves", lambda events, path: found.append(events))
    return found


@pytest.fixture
def poisoned(monkeypatch):
    """poisoned({step: times}): before these steps the weights are spoilt, so many times."""

    def make(spec, splits, run, when):
        made = Fit(spec, splits, run, None, False)
        run.mkdir(parents=True, exist_ok=True)
        descend = made.trainer.descend

        def step(images, labels, lr):
            number = made.trainer.step + 1
            if when.get(number, 0) > 0:
                when[number] -= 1
                made.model.params.vector[:40] = 1e30
            return descend(images, labels, lr)

        made.trainer.descend = step
        return made

    return make


def timeless(events):
    return [{k: v for k, v in e.items() if k not in ("seconds", "images_per_s", "model")} for e in events]


def test_it_goes_back_to_the_end_of_the_last_epoch_with_a_smaller_rate(poisoned, spec_of, splits, tmp_path, drawn):
    spec = spec_of(schedule="constant", on_divergence="rollback")
    events = list(poisoned(spec, splits, tmp_path, {6: 1}).events(resume=False))
    (back,) = [e for e in events if e["event"] == "rollback"]
    assert {"step": 6, "epoch": 2, "to_step": 4, "rate": 0.5, "times": 1}.items() <= back.items()
    assert back["message"].startswith("the fit diverged at step 6: loss ")
    assert "comes from 0.conv" in back["message"] or "comes from 1.batchnorm" in back["message"]
    assert back["message"].endswith("; back to step 4, with 0.5 of the scheduled rate (1 of 3 times)")
    steps = [(e["step"], e["lr"]) for e in events if e["event"] == "step"]
    assert steps == [*((n, 0.01) for n in (1, 2, 3, 4, 5)), *((n, 0.005) for n in range(5, 13))]
    assert read_log(tmp_path / "log.jsonl") == [e for e in events if e["event"] not in ("start", "compile")]
    assert [e["step"] for e in drawn[-1] if e["event"] == "step"] == list(range(1, 13))


def test_from_there_it_is_the_fit_that_never_diverged(poisoned, spec_of, splits, tmp_path):
    """A factor next to 1 leaves the same path."""
    settings = {"schedule": "constant", "on_divergence": "rollback"}
    spec = spec_of(**settings, rollback="{factor: 0.9999999999999999}")
    list(poisoned(spec, splits, tmp_path / "a", {3: 2, 10: 1}).events(resume=False))
    list(fit(spec_of(**settings), splits, tmp_path / "b"))
    one, other = (load_model(tmp_path / name).arrays for name in "ab")
    assert {k: a.tobytes() for k, a in one.items()} == {k: a.tobytes() for k, a in other.items()}


def test_only_so_many_times(poisoned, spec_of, splits, tmp_path):
    spec = spec_of(on_divergence="rollback", rollback="{times: 2}")
    told = []
    with pytest.raises(DivergedError) as caught:
        told.extend(poisoned(spec, splits, tmp_path, {6: 9}).events(resume=False))
    assert caught.value.exit_code == 4
    assert "the fit diverged at step 6: " in str(caught.value)
    assert str(caught.value).splitlines()[0].endswith("; it has gone back 2 times already")
    log = read_log(tmp_path / "log.jsonl")
    assert [e["rate"] for e in log if e["event"] == "rollback"] == [0.5, 0.25]
    assert load_latest(tmp_path)[0].step == 4


def test_a_rate_that_is_too_high_comes_down_by_itself(spec_of, splits, tmp_path):
    events = list(fit(spec_of(**WILD, augment="[]"), splits, tmp_path))
    backs = [e for e in events if e["event"] == "rollback"]
    assert backs and events[-1]["event"] == "end" and np.isfinite(events[-1]["train_loss"])
    with pytest.raises(DivergedError):
        list(fit(spec_of(**WILD | {"on_divergence": "stop"}, augment="[]"), splits, tmp_path / "stop"))


@pytest.mark.parametrize("after", [3, 6, 8, 9, 10, 12, 15])
def test_a_fit_that_went_back_goes_on_bit_for_bit(spec_of, splits, tmp_path, after):
    """Interrupted before, at and after a rollback; the state to go back to is in the checkpoint, also with keep: 1."""
    whole = list(fit(spec_of(**WILD), splits, tmp_path / "whole"))
    assert any(e["event"] == "rollback" for e in whole)
    events = fit(spec_of(**WILD), splits, tmp_path / "cut")
    for _ in range(after):
        next(events)
    with pytest.raises(KeyboardInterrupt):
        events.throw(KeyboardInterrupt())
    list(fit(spec_of(**WILD), splits, tmp_path / "cut", resume=True))
    logs = [timeless(read_log(tmp_path / name / "log.jsonl")) for name in ("whole", "cut")]
    assert json.dumps(logs[0]) == json.dumps(logs[1])
    states = [load_latest(tmp_path / name)[0].arrays for name in ("whole", "cut")]
    assert {k: a.tobytes() for k, a in states[0].items()} == {k: a.tobytes() for k, a in states[1].items()}


def test_the_last_step_of_an_epoch_is_looked_at_too(spec_of, splits, images, tmp_path):
    """What it leaves behind is seen before it is validated, saved and taken for good."""
    made = Fit(spec_of(optimizer="sgd"), Splits(images(26), None, None), tmp_path, None, False)
    descend = made.trainer.descend

    def step(x, y, lr):
        found = descend(x, y, lr)
        if made.trainer.step == 8:
            made.model.params.by_name["6.dense.weight"][2, 1] = np.inf
        return found

    made.trainer.descend = step
    with pytest.raises(DivergedError) as caught:
        list(made.events(resume=False))
    message = str(caught.value)
    assert "the fit diverged at step 8: a step with learning rate 0.0" in message
    assert "leaves numbers in 6.dense.weight that are not finite" in message
    assert load_model(tmp_path).info["step"] == 4


@pytest.mark.parametrize(
    ("losses", "to"), [([1.0, 0.5, 0.9], 3), ([1.0, 0.5, 1.1], 2), ([50.0, 9.0], 0), ([50.0, 1.5], 2), ([2.9], 1), ([0.0, 0.15], 2), ([0.0, 0.17], 1)]
)
def test_an_epoch_is_good_when_its_loss_is_not_far_above_the_lowest(spec_of, splits, tmp_path, losses, to):
    made = Fit(spec_of(on_divergence="rollback"), splits, tmp_path, None, False)
    made.rollback.begin()
    made.keeper.progress.first = 1.6
    for number, loss in enumerate(losses, 1):
        made.trainer.clock[1] = number
        made.rollback.look(loss)
    assert made.keeper.good.step == to


def test_nothing_is_copied_where_it_stops(spec_of, splits, tmp_path):
    made = Fit(spec_of(), splits, tmp_path, None, False)
    made.rollback.begin()
    made.rollback.look(0.1)
    assert made.keeper.good is None


def test_an_average_is_measured_anew_on_the_way_back(poisoned, spec_of, splits, tmp_path, monkeypatch):
    """Steps 5 to 8 are taken twice, to other weights: what is saved after them has statistics of its own."""
    spec = spec_of(optimizer="{ema: {optimizer: {sgd: {lr: 0.1}}, decay: 0.5}}", on_divergence="rollback", epochs=2,
                   schedule="constant")  # fmt: skip
    made = poisoned(spec, splits, tmp_path / "back", {9: 0})
    look, seen = made.rollback.look, []

    def diverge(loss):
        if made.trainer.step == 8 and not seen:
            with made.keeper.averages.standing():
                seen.append(made.model.params.state.copy())
            raise DivergedError("as if")
        look(loss)

    monkeypatch.setattr(made.rollback, "look", diverge)
    list(made.events(resume=False))
    saved = load_model(tmp_path / "back").arrays
    again = Fit(spec, splits, tmp_path / "again", None, False)
    again.trainer.restore(load_latest(tmp_path / "back")[0].arrays, 8)
    with again.keeper.averages.standing():
        wanted = {name: array.tobytes() for name, array in again.model.save_arrays().items()}
    assert {name: array.tobytes() for name, array in saved.items()} == wanted
    assert seen[0].tobytes() != again.model.params.state.tobytes()
    assert saved["1.batchnorm.running_mean"].tobytes() not in seen[0].tobytes()


def test_an_epoch_that_has_exploded_is_taken_for_diverged(spec_of, splits, tmp_path):
    """Its loss is finite, and the model would be saved over a good one."""
    settings = {"layers": DENSE, "optimizer": "{sgd: {lr: 0.1}}", "epochs": 3, "schedule": "constant"}
    made = Fit(spec_of(on_divergence="rollback", **settings), splits, tmp_path, None, False)
    descend, spoilt = made.trainer.descend, []

    def step(images, labels, lr):
        if made.trainer.step == 6 and not spoilt:
            spoilt.append(1)
            made.model.params.vector[:40] *= 1e8
        return descend(images, labels, lr)

    made.trainer.descend = step
    events = list(made.events(resume=False))
    (back,) = [e for e in events if e["event"] == "rollback"]
    assert (back["step"], back["to_step"], back["epoch"]) == (8, 4, 2)
    assert back["message"].startswith("the fit diverged at step 8: the mean loss of its epoch is ")
    assert back["message"].partition(", after ")[2].partition("; back to step 4")[1]
    assert events[-1]["train_loss"] < 100 and load_model(tmp_path).info["train_loss"] < 100


@pytest.mark.parametrize(("factor", "told"), [(1e8, "the mean loss of its epoch is "), (1e2, "as if")])
def test_an_epoch_that_is_gone_back_from_is_never_the_best(spec_of, splits, tmp_path, monkeypatch, factor, told):
    """However well it did in validation. The first factor makes its loss explode, with the second it is only not good."""
    settings = {"layers": DENSE, "optimizer": "{sgd: {lr: 0.1}}", "epochs": 3, "schedule": "constant"}
    spec = spec_of(on_divergence="rollback", early_stopping="{metric: val_accuracy}", **settings)
    made = Fit(spec, splits, tmp_path, None, False)
    descend, spoilt = made.trainer.descend, []

    def step(images, labels, lr):
        if made.trainer.step == 6 and not spoilt:
            spoilt.append(made.trainer.step)
            made.model.params.vector[:40] *= factor
        if made.trainer.step == 9 and len(spoilt) == 1 and factor < 1e8:
            spoilt.append(made.trainer.step)
            raise DivergedError("as if")
        return descend(images, labels, lr)

    accuracies = iter([0.5, 0.9, 0.4, 0.6])  # that of 0.9 is the spoilt one
    made.trainer.descend = step
    monkeypatch.setattr(made, "_measure", lambda data: {"loss": 1.0, "accuracy": next(accuracies, 0.0)})
    events = list(made.events(resume=False))
    (back,) = [e for e in events if e["event"] == "rollback"]
    assert back["to_step"] == 4 and back["message"].startswith(("the fit diverged at step 8: " if factor == 1e8 else "") + told)
    assert [e["val_accuracy"] for e in events if e["event"] == "epoch"][-2:] == [0.4, 0.6]
    assert (events[-1]["best_epoch"], events[-1]["val_accuracy"]) == (3, 0.6)
    assert load_model(tmp_path).info["val_accuracy"] == 0.6


def test_where_no_epoch_is_good_the_first_is_the_best_all_the_same(spec_of, splits, tmp_path):
    made = Fit(spec_of(on_divergence="rollback", early_stopping="{}"), splits, tmp_path, None, False)
    assert made.stopping.look({"epoch": 1, "val_loss": 3.0}, good=False)
    assert not made.stopping.look({"epoch": 2, "val_loss": 1.0}, good=False)
    assert made.stopping.look({"epoch": 3, "val_loss": 2.0}, good=True)
