import json
from dataclasses import replace

import numpy as np
import pytest

from fitcli.data.dataset import Splits
from fitcli.data.rows import Rows
from fitcli.engine import keep
from fitcli.engine.checkpoint import list_checkpoints, load_latest
from fitcli.engine.evaluator import Evaluator
from fitcli.engine.fit import Fit, fit
from fitcli.engine.log import read_log
from fitcli.engine.modelfile import load_model
from fitcli.engine.order import epoch_order
from fitcli.errors import DataError, DivergedError, ModelFileError, SpecError
from fitcli.schedules import SCHEDULES
from fitcli.spec import dump_spec, load_spec

# 26 training images, batches of 8: 4 steps an epoch, the last of 2 images; 3 epochs.


@pytest.fixture(autouse=True)
def drawn(monkeypatch):
    """How many events each drawing showed; drawing takes longer than all the rest of a fit here."""
    found = []
    monkeypatch.setattr(keep, "draw_curves", lambda events, path: found.append(len(events)))
    return found


@pytest.fixture
def undrawable(monkeypatch):
    """No picture can be drawn."""

    def fail(events, path):
        raise MemoryError("no room")

    monkeypatch.setattr(keep, "draw_curves", fail)


@pytest.fixture
def run(tmp_path):
    return tmp_path / "runs" / "small-1"


@pytest.fixture
def whole(spec_of, splits, tmp_path):
    """The events and the final weights of a fit that nobody interrupts."""
    path = tmp_path / "whole"
    events = list(fit(spec_of(), splits, path))
    return events, weights(path)


def weights(path):
    return {name: array.tobytes() for name, array in load_model(path).arrays.items()}


def state(path):
    return {name: array.tobytes() for name, array in load_latest(path)[0].arrays.items()}


def without_times(events):
    """What must be the same from run to run."""
    return [{k: v for k, v in e.items() if k not in ("seconds", "images_per_s", "model", "fitcli")} for e in events]


def interrupt(events, after, error=KeyboardInterrupt):
    """Take `after` events, then throw."""
    seen = [next(events) for _ in range(after)]
    with pytest.raises(error):
        events.throw(error())
    return seen


def test_the_run_directory(spec_of, splits, run, monkeypatch):
    monkeypatch.undo()
    list(fit(spec_of(), splits, run))
    names = {path.name for path in run.iterdir()} - {".lock"}
    assert names == {"spec.yaml", "log.jsonl", "steps.csv", "epochs.csv", "model.safetensors", "model-best.safetensors",
                     "checkpoints", "curves.png"}
    assert load_spec(run / "spec.yaml") == spec_of()
    assert (run / "curves.png").read_bytes().startswith(b"\x89PNG")
    assert [step for step, _ in list_checkpoints(run)] == [8, 12]
    found = load_model(run)
    assert found.classes == ("ant", "bee", "cow")
    assert found.spec == dump_spec(spec_of())
    assert (found.info["epoch"], found.info["step"]) == (3, 12)


def test_log_prediction(spec_of, splits, run, tmp_path):
    """Four keys more in each step's event, and the same fit."""
    keys = {"predicted_change", "actual_change", "change_ratio", "update_ratio"}
    plain = list(fit(spec_of(), splits, run))
    looked = list(fit(spec_of(), splits, tmp_path / "looked", log_prediction=True))
    steps = [event for event in looked if event["event"] == "step"]
    assert all(keys <= event.keys() for event in steps)
    assert not any(keys & event.keys() for event in plain)
    assert without_times([{k: v for k, v in e.items() if k not in keys} for e in looked]) == without_times(plain)
    assert weights(run) == weights(tmp_path / "looked")
    assert [e for e in read_log(tmp_path / "looked" / "log.jsonl") if e["event"] == "step"] == steps


def test_a_fit_that_diverged_says_so_in_its_log(spec_of, splits, run):
    with pytest.raises(DivergedError), np.errstate(all="ignore"):
        list(fit(spec_of(optimizer="{sgd: {lr: 1e25}}", schedule="constant"), splits, run))
    last = read_log(run / "log.jsonl")[-1]
    assert last["event"] == "diverged" and last["message"].startswith(f"the fit diverged at step {last['step']}")


def test_the_events_and_their_keys(spec_of, splits, run):
    events = list(fit(spec_of(), splits, run))
    assert [e["event"] for e in events if e["event"] != "compile"] == (
        ["start", *(["step"] * 4 + ["epoch"]) * 3, "end"]
    )
    kinds = {e["event"]: e for e in events}
    start, step, epoch, end = (kinds[kind] for kind in ("start", "step", "epoch", "end"))
    assert {"steps": 12, "epochs": 3, "images": 26, "resumed_at": 0, "warnings": []}.items() <= start.items()
    assert start["classes"] == ["ant", "bee", "cow"] and start["parameters"] == 36 + 8 + 3 * (3 * 2 * 4 + 1)
    assert {"step", "epoch", "loss", "lr", "grad_norm", "seconds"} <= step.keys()
    assert {"epoch", "step", "train_loss", "train_accuracy", "val_loss", "val_accuracy", "seconds"} <= epoch.keys()
    assert end["model"] == str(run / "model.safetensors") and end["steps"] == 12
    assert {"train_loss", "val_loss", "val_accuracy", "test_loss", "test_accuracy"} <= end.keys()
    steps = [e for e in events if e["event"] == "step"]
    assert [e["step"] for e in steps] == list(range(1, 13))
    assert [e["epoch"] for e in steps] == [1] * 4 + [2] * 4 + [3] * 4


def test_the_log_holds_what_was_told(spec_of, splits, run):
    events = list(fit(spec_of(), splits, run))
    assert read_log(run / "log.jsonl") == [e for e in events if e["event"] not in ("start", "compile")]


def test_the_rate_follows_the_schedule_over_all_steps(spec_of, splits, run):
    spec = spec_of(schedule="{cosine: {warmup: 0.25}}")
    rates = [e["lr"] for e in fit(spec, splits, run) if e["event"] == "step"]
    assert rates == [0.01 * spec.fit.schedule.factor(step, 12) for step in range(12)]


def test_an_epochs_loss_and_accuracy_are_means_over_its_images(spec_of, splits, run):
    events = list(fit(spec_of(epochs=1), splits, run))
    losses = [e["loss"] for e in events if e["event"] == "step"]
    (epoch,) = (e for e in events if e["event"] == "epoch")
    assert epoch["train_loss"] == pytest.approx(np.dot(losses, [8, 8, 8, 2]) / 26, rel=1e-12)
    assert round(26 * epoch["train_accuracy"], 9) in range(27)


def test_validation_and_test_are_those_of_the_saved_model(spec_of, splits, run):
    end = list(fit(spec_of(), splits, run))[-1]
    again = Fit(spec_of(), splits, run, None, False)
    again.model.load_arrays(load_model(run).arrays)
    for name, data in (("val", splits.val), ("test", splits.test)):
        loss, outputs = Evaluator(again.model).outputs(data.images, data.labels)
        assert end[f"{name}_loss"] == loss
        assert end[f"{name}_accuracy"] == (outputs.argmax(1) == data.labels).mean()


def test_without_validation_and_test_images(spec_of, splits, run):
    events = list(fit(spec_of(), Splits(splits.train, None, None), run))
    assert not any("val_loss" in e or "test_loss" in e for e in events)
    assert events[-1]["train_loss"] > 0


def test_each_step_sees_its_part_of_the_epochs_order(spec_of, splits, run, monkeypatch):
    seen = []
    made = Fit(spec_of(), splits, run, None, False)
    descend = made.trainer.descend
    monkeypatch.setattr(made.trainer, "descend", lambda x, y, lr: seen.append((x, y)) or descend(x, y, lr))
    run.mkdir(parents=True)
    list(made.events(resume=False))
    assert [len(y) for _, y in seen] == [8, 8, 8, 2] * 3
    for epoch in range(3):
        order = epoch_order(3, epoch, 26, True)
        images = np.concatenate([x for x, _ in seen[4 * epoch : 4 * epoch + 4]])
        np.testing.assert_array_equal(images, splits.train.images[order])


@pytest.mark.parametrize(
    ("settings", "count", "sizes"),
    [({"drop_last": "true"}, 26, [8, 8, 8]), ({"drop_last": "true"}, 5, [5]), ({}, 5, [5]), ({"batch": 1}, 2, [1, 1]), ({}, 16, [8, 8])],
)
def test_batches(spec_of, images, run, settings, count, sizes):
    splits = Splits(images(count), None, None)
    events = list(fit(spec_of(epochs=2, **settings), splits, run))
    assert [e["epoch"] for e in events if e["event"] == "step"] == [1] * len(sizes) + [2] * len(sizes)
    losses = [e["loss"] for e in events if e["event"] == "step"][: len(sizes)]
    epoch = next(e for e in events if e["event"] == "epoch")
    assert epoch["train_loss"] == pytest.approx(np.dot(losses, sizes) / sum(sizes), rel=1e-12)


def test_two_fits_are_the_same_fit(spec_of, splits, whole, tmp_path):
    events = list(fit(spec_of(), splits, tmp_path / "again"))
    assert without_times(read_log(tmp_path / "again" / "log.jsonl")) == without_times(read_log(tmp_path / "whole" / "log.jsonl"))
    assert weights(tmp_path / "again") == whole[1]
    assert state(tmp_path / "again") == state(tmp_path / "whole")
    assert len(events) >= 17


# events: start, 4 steps, epoch, 4 steps, epoch, 4 steps, epoch, end. A compile event would come after start, but by
# then another test has compiled.
@pytest.mark.parametrize("after", [1, 2, 4, 5, 6, 7, 9, 10, 13, 16])
@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError])
def test_an_interrupted_fit_goes_on_to_the_same_bits(spec_of, splits, whole, run, tmp_path, after, error):
    told = interrupt(fit(spec_of(), splits, run), after, error)
    resumed = list(fit(spec_of(), splits, run, resume=True))
    done = max((e.get("step", 0) for e in told), default=0)
    assert resumed[0]["resumed_at"] == done
    assert [e["step"] for e in resumed if e["event"] == "step"] == list(range(done + 1, 13))
    assert without_times(read_log(run / "log.jsonl")) == without_times(read_log(tmp_path / "whole" / "log.jsonl"))
    assert weights(run) == whole[1]
    assert state(run) == state(tmp_path / "whole")


def test_interrupted_again_and_again(spec_of, splits, whole, run, tmp_path):
    interrupt(fit(spec_of(), splits, run), 3)
    for _ in range(20):
        events = fit(spec_of(), splits, run, resume=True)
        next(events)
        try:
            if next(events)["event"] == "end":
                break
            events.close()
        except StopIteration:
            break
    assert without_times(read_log(run / "log.jsonl")) == without_times(read_log(tmp_path / "whole" / "log.jsonl"))
    assert weights(run) == whole[1]


def test_who_stops_listening_loses_nothing(spec_of, splits, run):
    events = fit(spec_of(), splits, run)
    for event in events:
        if event.get("step") == 7:
            break
    events.close()
    assert load_latest(run)[0].step == 7


def test_a_killed_fit_goes_on_from_its_last_epoch(spec_of, splits, whole, run, tmp_path):
    """Nothing is saved at the end: as after kill -9, with lines in the log that the checkpoint does not know."""
    events = Fit(spec_of(), splits, run, None, False).events(resume=False)
    run.mkdir(parents=True)
    for event in events:
        if event.get("step") == 7:
            break
    (run / "log.jsonl").open("ab").write(b'{"event": "st')
    again = list(fit(spec_of(), splits, run, resume=True))
    assert again[0]["resumed_at"] == 4
    assert without_times(read_log(run / "log.jsonl")) == without_times(read_log(tmp_path / "whole" / "log.jsonl"))
    assert weights(run) == whole[1]
    events.close()


def test_an_error_inside_a_step_leaves_the_last_epoch(spec_of, splits, run):
    made = Fit(spec_of(), splits, run, None, False)
    run.mkdir(parents=True)
    descend, calls = made.trainer.descend, []

    def fail(*args):
        calls.append(args)
        if len(calls) == 6:
            raise MemoryError
        return descend(*args)

    made.trainer.descend = fail
    with pytest.raises(MemoryError):
        list(made.events(resume=False))
    assert load_latest(run)[0].step == 4


def test_an_interruption_between_two_epochs_is_told_once(spec_of, splits, run, drawn):
    """Thrown in at the last step of an epoch, whose summary is in the log already."""
    interrupt(fit(spec_of(), splits, run), 5)
    kinds = [e["event"] for e in read_log(run / "log.jsonl")]
    assert kinds == ["step"] * 4 + ["epoch"]
    assert load_model(run).info["epoch"] == 1
    assert drawn == [5]


def test_a_finished_run_says_so_and_ends_as_before(spec_of, splits, run):
    first = list(fit(spec_of(), splits, run))
    log = (run / "log.jsonl").read_bytes()
    again = list(fit(spec_of(), splits, run, resume=True))
    assert [e["event"] for e in again] == ["start", "end"]
    assert again[0]["warnings"] == ["all 3 epochs are done; for more: --set fit.epochs=6"]
    assert again[-1] == first[-1]
    assert (run / "log.jsonl").read_bytes() == log


def test_a_finished_run_can_be_given_more_epochs(spec_of, splits, run, tmp_path):
    constant = {"schedule": "constant"}
    list(fit(spec_of(**constant), splits, run))
    more = list(fit(spec_of(epochs=5, **constant), splits, run, resume=True))
    assert more[0]["warnings"] == [] and more[0]["steps"] == 20
    assert load_spec(run / "spec.yaml").fit.epochs == 5
    list(fit(spec_of(epochs=5, **constant), splits, tmp_path / "at-once"))
    log = [e for e in read_log(run / "log.jsonl") if e["event"] not in ("end", "changed")]
    wanted = [e for e in read_log(tmp_path / "at-once" / "log.jsonl") if e["event"] != "end"]
    assert without_times(log) == without_times(wanted)
    assert weights(run) == weights(tmp_path / "at-once")


def test_fewer_epochs_than_are_done_are_refused(spec_of, splits, run):
    interrupt(fit(spec_of(), splits, run), 8)
    before = (run / "spec.yaml").read_bytes()
    with pytest.raises(SpecError) as caught:
        list(fit(spec_of(epochs=1), splits, run, resume=True))
    assert caught.value.exit_code == 2
    assert str(caught.value) == "s.yaml:4: fit.epochs: 2 epochs are begun already\n  allowed: 2 or more"
    assert (run / "spec.yaml").read_bytes() == before


def test_other_data_are_refused_and_nothing_is_changed(spec_of, splits, images, run):
    interrupt(fit(spec_of(), splits, run), 8)
    before = {path: path.read_bytes() for path in run.rglob("*") if path.is_file() and path.name != ".lock"}
    with pytest.raises(ModelFileError, match="not those that this run was started with") as caught:
        list(fit(spec_of(epochs=9), replace(splits, train=images(26, seed=5)), run, resume=True))
    assert caught.value.exit_code == 6
    assert {path: path.read_bytes() for path in before} == before


def test_warnings_of_a_resume_reach_the_listener(spec_of, splits, run):
    interrupt(fit(spec_of(), splits, run), 8)
    newest = list_checkpoints(run)[-1][1]
    newest.write_bytes(newest.read_bytes()[:-9])
    (start, *_) = fit(spec_of(), splits, run, resume=True)
    assert start["resumed_at"] == 4
    (warning,) = start["warnings"]
    assert newest.name in warning and "using the one before it" in warning


def test_one_fit_at_a_time(spec_of, splits, run):
    events = fit(spec_of(), splits, run)
    next(events)
    for resume in (True, False):
        with pytest.raises(ModelFileError, match="another training .* is writing in this run directory") as caught:
            next(fit(spec_of(), splits, run, resume=resume))
        assert caught.value.exit_code == 6
    events.close()
    next(fit(spec_of(), splits, run, resume=True))


def test_a_run_is_never_overwritten(spec_of, splits, run):
    list(fit(spec_of(epochs=1), splits, run))
    log = (run / "log.jsonl").read_bytes()
    with pytest.raises(ModelFileError, match="holds a run already; nothing is overwritten"):
        next(fit(spec_of(), splits, run))
    assert (run / "log.jsonl").read_bytes() == log


def test_there_is_nothing_to_resume_where_no_run_is(spec_of, splits, run):
    with pytest.raises(ModelFileError, match="no such run directory"):
        next(fit(spec_of(), splits, run, resume=True))
    assert not run.exists()


def test_a_place_where_no_directory_can_be(spec_of, splits, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ModelFileError):
        next(fit(spec_of(), splits, tmp_path / "file" / "run"))


def test_no_images(spec_of, splits, run):
    with pytest.raises(DataError, match="there are no training images") as caught:
        next(fit(spec_of(), replace(splits, train=splits.train.subset([])), run))
    assert caught.value.exit_code == 3


def test_a_diverged_fit(spec_of, splits, run, drawn):
    spec = spec_of(layers="[flatten, dense: 8, relu, dense: classes]", optimizer="{sgd: {lr: 1e+12}}", epochs=50)
    told = []
    with pytest.raises(DivergedError) as caught:
        told.extend(fit(spec, splits, run))
    assert caught.value.exit_code == 4
    message = str(caught.value)
    log = read_log(run / "log.jsonl")
    assert f"the fit diverged at step {len([e for e in log if e['event'] == 'step']) + 1}: " in message
    assert "comes from" in message and "--set fit.optimizer.sgd.lr=1e+11" in message
    assert drawn == [len(log)]
    json.loads((run / "log.jsonl").read_text().splitlines()[-1], parse_constant=pytest.fail)


def test_a_fit_whose_curves_cannot_be_drawn_ends_well(spec_of, splits, run, undrawable, whole):
    events = list(fit(spec_of(), splits, run))
    warning, end = events[-2:]
    assert end["event"] == "end" and weights(run) == whole[1]
    assert warning["message"] == f"cannot draw {run / 'curves.png'}: MemoryError: no room"
    assert warning["hint"] == f"nothing else is lost; `fitcli train --resume {run}` draws it again"
    assert [event["event"] for event in read_log(run / "log.jsonl")][-2:] == ["epoch", "end"]


def test_a_diverged_fit_whose_curves_cannot_be_drawn_has_diverged(spec_of, splits, run, undrawable):
    spec = spec_of(layers="[flatten, dense: 8, relu, dense: classes]", optimizer="{sgd: {lr: 1e+12}}", epochs=50)
    told = []
    with pytest.raises(DivergedError):
        told.extend(fit(spec, splits, run))
    assert told[-1]["kind"] == "picture"


def test_after_a_divergence_a_smaller_rate_goes_on_from_the_last_epoch(spec_of, splits, run):
    made = Fit(spec_of(), splits, run, None, False)
    run.mkdir(parents=True)
    with pytest.raises(DivergedError):
        for event in made.events(resume=False):
            if event.get("step") == 6:
                made.model.params.vector[:100] = 1e30
    again = list(fit(spec_of(optimizer="{adam: {lr: 0.001}}"), splits, run, resume=True))
    assert again[0]["resumed_at"] == 4 and again[-1]["steps"] == 12
    assert [e["step"] for e in read_log(run / "log.jsonl") if e["event"] == "step"] == list(range(1, 13))


def test_kernels_are_compiled_before_the_first_step_with_a_message(spec_of, splits, run, monkeypatch):
    from fitcli.autodiff.program import Program

    from fitcli.kernels.panels import pack, pack_transposed
    from fitcli.ops.add import copy

    kinds = ("f4x1", "f4x1")
    train, other = [(pack, kinds), (pack_transposed, kinds)], [(copy, kinds), (pack, kinds)]
    monkeypatch.setattr(Program, "missing", lambda self: train if self.train else other)
    events = fit(spec_of(), splits, run)
    next(events)
    event = next(events)
    assert event == {
        "event": "compile", "message": "compiling 3 kernels (once on this machine for this version) ...", "kernels": 3,
    }  # fmt: skip
    assert next(events)["event"] == "step"
    events.close()


def test_full_batch_methods_take_one_step_an_epoch(spec_of, splits, run):
    events = list(fit(spec_of(optimizer="lbfgs", schedule="constant", augment="[]"), splits, run))
    assert [e["step"] for e in events if e["event"] == "step"] == [1, 2, 3]
    assert events[-1]["train_loss"] < np.log(3)


AVERAGED = [
    "{ema: {optimizer: {sgd: {lr: 0.3}}, decay: 0.9}}", "{swa: {optimizer: {sgd: {lr: 0.3}}, start: 0.4}}",
    "{lookahead: {optimizer: {sgd: {lr: 0.3}}}}", "schedule_free_sgd", "{ema: {optimizer: {lookahead: {optimizer: muon}}}}",
]  # fmt: skip


@pytest.mark.parametrize("optimizer", AVERAGED)
def test_the_average_is_what_is_validated_and_saved_beside_what_is_trained(spec_of, splits, run, optimizer):
    spec = spec_of(optimizer=optimizer, schedule="constant")
    events = list(fit(spec, splits, run))
    (last,) = [e for e in events if e["event"] == "epoch"][-1:]
    saved, kept = load_model(run), load_latest(run)[0].arrays
    average = kept["optimizer." + spec.fit.optimizer.evaluation]
    assert saved.arrays.keys() == saved.trained.keys()
    assert saved.arrays["6.dense.bias"].tobytes() in average.tobytes()
    assert saved.trained["6.dense.bias"].tobytes() in kept["parameters"].tobytes()
    assert saved.trained["1.batchnorm.running_var"].tobytes() in kept["state"].tobytes()
    assert saved.arrays["1.batchnorm.running_var"].tobytes() not in kept["state"].tobytes()
    again = Fit(spec, splits, run, None, False)
    again.model.load_arrays(saved.arrays)
    for event, name, data in ((last, "val", splits.val), (events[-1], "test", splits.test)):
        loss, outputs = Evaluator(again.model).outputs(data.images, data.labels)
        assert (event[f"{name}_loss"], event[f"{name}_accuracy"]) == (loss, (outputs.argmax(1) == data.labels).mean())


@pytest.mark.parametrize("optimizer", AVERAGED[:2])
def test_an_average_goes_on_bit_for_bit(spec_of, splits, run, tmp_path, optimizer):
    settings = {"optimizer": optimizer, "schedule": "constant"}
    list(fit(spec_of(**settings), splits, tmp_path / "whole"))
    for after in (8, 4):
        events = fit(spec_of(**settings), splits, run, resume=run.exists())
        interrupt(events, after)
    again = list(fit(spec_of(**settings), splits, run, resume=True))
    finished = list(fit(spec_of(**settings), splits, run, resume=True))
    assert finished[-1] == again[-1]
    assert without_times(read_log(run / "log.jsonl")) == without_times(read_log(tmp_path / "whole" / "log.jsonl"))
    for which in ("arrays", "trained"):
        one, other = (getattr(load_model(path), which) for path in (run, tmp_path / "whole"))
        assert {k: a.tobytes() for k, a in one.items()} == {k: a.tobytes() for k, a in other.items()}


def test_without_an_average_there_is_one_set_of_weights(whole, tmp_path):
    assert load_model(tmp_path / "whole").trained is None


@pytest.mark.parametrize("name", SCHEDULES.names())
def test_every_schedule_goes_on_bit_for_bit(spec_of, splits, run, tmp_path, name):
    """Interrupted within the warm-up and behind it."""
    settings = {"epochs": 4, "schedule": f"{{{name}: {{warmup: 0.2}}}}"}
    list(fit(spec_of(**settings), splits, tmp_path / "whole"))
    for after in (3, 9):
        interrupt(fit(spec_of(**settings), splits, run, resume=run.exists()), after)
    list(fit(spec_of(**settings), splits, run, resume=True))
    logs = [without_times(read_log(path / "log.jsonl")) for path in (run, tmp_path / "whole")]
    assert logs[0] == logs[1] and weights(run) == weights(tmp_path / "whole")
    rates = [e["lr"] for e in logs[0] if e["event"] == "step"]
    assert rates[0] == pytest.approx(0.01 / 4) or name in ("one_cycle", "triangular")
    assert len(set(rates)) > 2


def test_a_plateau_is_seen_in_the_log_and_goes_on_from_it(spec_of, splits, tmp_path):
    schedule = "{plateau: {metric: train_loss, patience: 0, threshold: 0.5, gamma: 0.5}}"
    settings = {"epochs": 5, "schedule": schedule}
    whole = list(fit(spec_of(**settings), splits, tmp_path / "whole"))
    rates = [e["lr"] for e in whole if e["event"] == "step"][::4]
    assert rates[0] == rates[1] == 0.01 and rates[-1] < 0.004
    cut = tmp_path / "cut"
    interrupt(fit(spec_of(**settings), splits, cut), 18)
    assert list(fit(spec_of(**settings), splits, cut, resume=True))[-1]["event"] == "end"
    assert weights(cut) == weights(tmp_path / "whole")
    assert [e["lr"] for e in read_log(cut / "log.jsonl") if e["event"] == "step"][::4] == rates


MIXED = "[flip, affine, color_jitter, mixup: {alpha: 1.0}, cutmix]"


@pytest.mark.parametrize("threads", [1, 2])
def test_a_fit_on_mixed_and_warped_images_goes_on_bit_for_bit(spec_of, splits, tmp_path, threads):
    spec = spec_of(augment=MIXED, sampler="balanced")
    whole = list(fit(spec, splits, tmp_path / "a", threads=threads))
    interrupt(fit(spec, splits, tmp_path / "b", threads=threads), 9)
    list(fit(spec, splits, tmp_path / "b", threads=threads, resume=True))
    models = [load_model(tmp_path / name).arrays for name in ("a", "b")]
    assert all(np.array_equal(models[0][name], models[1][name]) for name in models[0])
    losses = [event["loss"] for event in whole if event["event"] == "step"]
    assert len(losses) == 12 and np.isfinite(losses).all()


def test_batches_do_not_depend_on_the_threads(spec_of, splits, tmp_path):
    spec = spec_of(augment=MIXED, optimizer="sgd")
    runs = [list(fit(spec, splits, tmp_path / str(n), threads=n)) for n in (1, 2)]
    losses = [[event["loss"] for event in run if event["event"] == "step"] for run in runs]
    np.testing.assert_allclose(*losses, rtol=1e-4)


def test_images_on_the_disk_train_like_images_in_memory(spec_of, splits, tmp_path):
    splits.train.images.tofile(tmp_path / "images")
    rows = Rows(tmp_path / "images", splits.train.images.shape[1:], np.arange(len(splits.train)))
    stored = replace(splits, train=replace(splits.train, images=rows))
    for name, data in (("a", splits), ("b", stored)):
        list(fit(spec_of(), data, tmp_path / name))
    one, other = (load_model(tmp_path / name).arrays for name in ("a", "b"))
    assert all(np.array_equal(one[name], other[name]) for name in one)
    interrupt(fit(spec_of(), splits, tmp_path / "c"), 6)
    list(fit(spec_of(), stored, tmp_path / "c", resume=True))  # the images are the same, wherever they are
    assert all(np.array_equal(one[name], value) for name, value in load_model(tmp_path / "c").arrays.items())
