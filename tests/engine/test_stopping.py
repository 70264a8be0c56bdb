from types import SimpleNamespace

import pytest

from fitcli.engine import keep
from fitcli.engine.checkpoint import load_latest
from fitcli.engine.fit import Fit, fit
from fitcli.engine.keep import Progress
from fitcli.engine.log import read_log
from fitcli.engine.modelfile import load_model
from fitcli.engine.stopping import Stopping
from fitcli.spec.settings import StoppingSettings


@pytest.fixture(autouse=True)
def undrawn(monkeypatch):
    monkeypatch.setattr(keep, "draw_curves", lambda events, path: None)


def run_through(values, settings):
    """The epochs kept, and the epoch that a fit with these validation values stops after."""
    progress = Progress()
    fit_ = SimpleNamespace(early_stopping=settings)
    stopping = Stopping(SimpleNamespace(spec=SimpleNamespace(fit=fit_), progress=progress))
    kept = []
    for epoch, value in enumerate(values, 1):
        event = {"epoch": epoch, "step": 10 * epoch, settings.metric: value}
        progress.last = event
        if stopping.look(event):
            kept.append(epoch)
        if stopping.done:
            return kept, epoch, stopping
    return kept, None, stopping


@pytest.mark.parametrize(
    ("values", "settings", "kept", "end"),
    [
        ([3, 2, 1, 2, 3], {"patience": 2}, [1, 2, 3], 5),
        ([3, 2, 2, 2, 1], {"patience": 2}, [1, 2], 4),  # as good is not better
        ([3, 2.95, 2.9, 2.4], {"patience": 9, "min_delta": 0.5}, [1, 4], None),
        ([0.1, 0.3, 0.2, 0.4], {"patience": 2, "metric": "val_accuracy"}, [1, 2, 4], None),
        ([float("nan"), 5, float("nan"), 4], {"patience": 2}, [1, 2, 4], None),
    ],
)
def test_what_is_kept_and_when_it_ends(values, settings, kept, end):
    assert run_through(values, StoppingSettings(**settings))[:2] == (kept, end)


def test_what_is_told():
    *_, stopping = run_through([3, 1, 2, 2], StoppingSettings(patience=2))
    told = stopping.told()
    assert told.pop("message") == "stopped after epoch 4: val loss has not been better than 1.0000 of epoch 2 for 2 epochs"
    assert told == {"event": "stop", "step": 40, "epoch": 4, "best_epoch": 2, "val_loss": 1}


SETTINGS = {"epochs": 12, "optimizer": "{adam: {lr: 0.1}}", "schedule": "constant", "early_stopping": "{patience: 2, metric: val_accuracy}"}


def weights(path):
    return {name: array.tobytes() for name, array in load_model(path).arrays.items()}


def test_a_fit_ends_with_the_weights_of_its_best_epoch(spec_of, splits, tmp_path):
    spec = spec_of(**SETTINGS)
    events = list(fit(spec, splits, tmp_path / "a"))
    epochs = [e for e in events if e["event"] == "epoch"]
    best = max(epochs, key=lambda e: e["val_accuracy"])  # the first of them
    stop, end = events[-2:]
    assert len(epochs) < 12 and len(epochs) == best["epoch"] + 2
    assert (stop["event"], stop["epoch"], stop["best_epoch"]) == ("stop", len(epochs), best["epoch"])
    assert end["best_epoch"] == best["epoch"] and end["val_loss"] == best["val_loss"]
    assert load_model(tmp_path / "a").info["epoch"] == best["epoch"]
    shorter = spec_of(**SETTINGS | {"epochs": best["epoch"], "early_stopping": "null"})
    ended = list(fit(shorter, splits, tmp_path / "b"))[-1]
    assert weights(tmp_path / "a") == weights(tmp_path / "b")
    assert end["test_loss"] == ended["test_loss"]
    assert read_log(tmp_path / "a" / "log.jsonl")[-2:] == [stop, end]


@pytest.mark.parametrize("optimizer", ["{adam: {lr: 0.1}}", "{ema: {optimizer: {adam: {lr: 0.1}}, decay: 0.5}}"])
def test_interrupted_anywhere_it_is_the_same_fit(spec_of, splits, tmp_path, optimizer):
    spec = spec_of(**SETTINGS | {"optimizer": optimizer})
    whole = list(fit(spec, splits, tmp_path / "whole"))
    resume = False
    while True:
        events, seen = fit(spec, splits, tmp_path / "cut", resume=resume), []
        for event in events:
            seen.append(event)
            if len(seen) == 7:
                break
        if len(seen) < 7:
            break
        with pytest.raises(KeyboardInterrupt):
            events.throw(KeyboardInterrupt())
        resume = True
    assert weights(tmp_path / "cut") == weights(tmp_path / "whole")
    one, other = (load_latest(tmp_path / name)[0] for name in ("cut", "whole"))
    assert all(one.arrays[name].tobytes() == array.tobytes() for name, array in other.arrays.items())
    logs = [[(e["event"], e.get("step"), e.get("val_loss")) for e in read_log(tmp_path / name / "log.jsonl")]
            for name in ("cut", "whole")]  # fmt: skip
    assert logs[0] == logs[1] and whole[-1]["test_loss"] == seen[-1]["test_loss"]


def test_more_patience_goes_on(spec_of, splits, tmp_path):
    list(fit(spec_of(**SETTINGS), splits, tmp_path / "a"))
    start, *_, stop, _ = fit(spec_of(**SETTINGS), splits, tmp_path / "a", resume=True)
    (warning,) = [w for w in start["warnings"] if "stopped" in w]
    assert warning.endswith("for more: --set fit.early_stopping.patience=4") and stop["event"] == "stop"
    patient = spec_of(**SETTINGS | {"early_stopping": "{patience: 4, metric: val_accuracy}"})
    more = list(fit(patient, splits, tmp_path / "a", resume=True))
    list(fit(patient, splits, tmp_path / "b"))
    assert sum(e["event"] == "epoch" for e in more) >= 2
    assert weights(tmp_path / "a") == weights(tmp_path / "b")


def test_without_it_the_last_epoch_is_the_model(spec_of, splits, tmp_path):
    own = Fit(spec_of(), splits, tmp_path, None, False)
    assert own.stopping.look({"epoch": 1}) and not own.stopping.done and own.keeper.progress.best == {}
    assert own.stopping.restore(tmp_path / "none") == {} and not own.stopping.restored
