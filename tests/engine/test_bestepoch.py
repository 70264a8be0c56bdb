from types import SimpleNamespace

import pytest

from fitcli.data.dataset import Splits
from fitcli.engine import keep, verifyresume
from fitcli.engine.bestepoch import BestEpoch
from fitcli.engine.checkpoint import load_checkpoint, load_latest
from fitcli.engine.evaluate import evaluate
from fitcli.engine.fit import Fit, fit
from fitcli.engine.keep import Progress
from fitcli.engine.modelfile import load_model, load_weights
from fitcli.errors import ModelFileError


@pytest.fixture(autouse=True)
def undrawn(monkeypatch):
    monkeypatch.setattr(keep, "draw_curves", lambda events, path: None)


NAN = float("nan")
SETTINGS = {"epochs": 8, "optimizer": "{adam: {lr: 0.1}}", "schedule": "constant"}


@pytest.mark.parametrize(
    ("metric", "values", "kept"),
    [
        ("val_accuracy", [0.1, 0.3, 0.3, 0.2, 0.4], [1, 2, 5]),  # as good is not better
        ("val_loss", [3, 4, 2, NAN, 1], [1, 3, 5]),
        ("val_loss", [NAN, 5, NAN], [1, 2]),
        ("none", [0.1, 0.2], []),
    ],
)
def test_which_epochs_are_the_best_so_far(metric, values, kept):
    progress = Progress()
    best = BestEpoch(SimpleNamespace(spec=SimpleNamespace(fit=SimpleNamespace(keep_best=metric)), progress=progress))
    key = "val_loss" if metric == "none" else metric
    assert [n for n, value in enumerate(values, 1) if best.look({"epoch": n, key: value})] == kept
    if kept:
        assert best.told()["best"].items() >= {"epoch": kept[-1], "metric": metric}.items()
    else:
        assert best.told() == {}


def arrays(found):
    return {name: array.tobytes() for name, array in found.arrays.items()}


@pytest.mark.parametrize("optimizer", ["{adam: {lr: 0.1}}", "{ema: {optimizer: {adam: {lr: 0.1}}, decay: 0.5}}"])
def test_the_best_epoch_is_kept_as_model_and_as_checkpoint(spec_of, splits, tmp_path, monkeypatch, optimizer):
    accuracies = iter([0.3, 0.5, 0.4, 0.45])
    made = Fit(spec_of(**SETTINGS | {"epochs": 4, "optimizer": optimizer}), splits, tmp_path / "run", None, False)
    (tmp_path / "run").mkdir()
    monkeypatch.setattr(made, "_measure", lambda data: {"loss": 1.0, "accuracy": next(accuracies)})
    end = list(made.events(resume=False))[-1]
    assert end["best"] == {"epoch": 2, "metric": "val_accuracy", "value": 0.5} and end["epoch"] == 4
    best, last = load_weights(tmp_path / "run", "best"), load_weights(tmp_path / "run", None)
    assert (best.info["epoch"], last.info["epoch"]) == (2, 4) and arrays(best) != arrays(last)
    shorter = tmp_path / "shorter"
    list(fit(spec_of(**SETTINGS | {"epochs": 2, "optimizer": optimizer}), splits, shorter))
    assert arrays(best) == arrays(load_model(shorter))
    kept = load_checkpoint(tmp_path / "run" / "checkpoints" / "best.safetensors")
    assert kept.step == 8 and arrays(kept) == arrays(load_latest(shorter)[0])


def test_interrupted_anywhere_the_best_is_the_same(spec_of, splits, tmp_path):
    spec = spec_of(**SETTINGS)
    list(fit(spec, splits, tmp_path / "whole"))
    resume = False
    while True:
        events, seen = fit(spec, splits, tmp_path / "cut", resume=resume), []
        for event in events:
            seen.append(event)
            if len(seen) == 6:
                break
        if len(seen) < 6:
            break
        events.close()
        resume = True
    assert verifyresume.compare(tmp_path / "whole", tmp_path / "cut", "cut") > 15
    one, other = (load_checkpoint(tmp_path / name / "checkpoints" / "best.safetensors") for name in ("whole", "cut"))
    assert one.step == other.step == load_weights(tmp_path / "cut", "best").info["step"] and arrays(one) == arrays(other)


def test_a_crash_before_the_best_checkpoint_had_its_name(spec_of, splits, tmp_path):
    spec = spec_of(**SETTINGS | {"epochs": 2})
    for event in fit(spec, splits, tmp_path):
        if event["event"] == "epoch":
            break
    best = tmp_path / "checkpoints" / "best.safetensors"
    best.unlink()
    next(fit(spec, splits, tmp_path, resume=True))
    assert load_checkpoint(best).step == 4


def test_the_best_one_is_the_last_resort(spec_of, splits, tmp_path, monkeypatch):
    spec = spec_of(**SETTINGS | {"epochs": 4})
    made = Fit(spec, splits, tmp_path / "run", None, False)
    (tmp_path / "run").mkdir()
    accuracies = iter([0.5, 0.4, 0.3, 0.2])
    monkeypatch.setattr(made, "_measure", lambda data: {"loss": 1.0, "accuracy": next(accuracies, 0.1)})
    list(made.events(resume=False))
    for path in (tmp_path / "run" / "checkpoints").glob("step-*"):
        path.write_bytes(path.read_bytes()[:-9])
    start, *_ = fit(spec, splits, tmp_path / "run", resume=True)
    assert start["resumed_at"] == 4 and len(start["warnings"]) == 2
    list(fit(spec, splits, tmp_path / "whole"))
    assert arrays(load_model(tmp_path / "run")) == arrays(load_model(tmp_path / "whole"))


def test_beside_early_stopping_it_has_a_metric_of_its_own(spec_of, splits, tmp_path, monkeypatch):
    made = Fit(spec_of(**SETTINGS | {"early_stopping": "{patience: 2}"}), splits, tmp_path, None, False)
    measured = iter([(3.0, 0.1), (2.0, 0.2), (2.5, 0.6), (2.6, 0.3), (0.0, 0.0)])
    monkeypatch.setattr(made, "_measure", lambda data: dict(zip(("loss", "accuracy"), next(measured))))
    end = list(made.events(resume=False))[-1]
    assert (end["epoch"], end["best"]["epoch"]) == (2, 3)
    assert [load_weights(tmp_path, which).info["epoch"] for which in (None, "best")] == [2, 3]


def test_its_temperature_is_its_own(spec_of, splits, tmp_path, monkeypatch):
    made = Fit(spec_of(calibrate="true", epochs=2), splits, tmp_path, None, False)
    accuracies, loss = iter([0.5, 0.4]), made._measure(splits.val)["loss"]
    monkeypatch.setattr(made, "_measure", lambda data: {"loss": loss, "accuracy": next(accuracies)})
    list(made.events(resume=False))
    best, last = load_weights(tmp_path, "best"), load_model(tmp_path)
    assert (best.info["epoch"], last.info["epoch"]) == (1, 2) and best.temperature != last.temperature
    assert 1 not in (best.temperature, last.temperature)


def test_the_last_epoch_as_the_best_has_the_models_temperature(spec_of, splits, tmp_path):
    end = list(fit(spec_of(calibrate="true", keep_best="val_loss"), splits, tmp_path))[-1]
    assert end["best"]["epoch"] == end["epoch"] == 3
    assert load_weights(tmp_path, "best").temperature == end["temperature"] != 1


def test_nothing_is_kept_without_validation_or_when_it_is_not_wanted(spec_of, splits, tmp_path):
    end = list(fit(spec_of(), Splits(splits.train, None, None), tmp_path / "a"))[-1]
    list(fit(spec_of(keep_best="none"), splits, tmp_path / "b"))
    assert "best" not in end
    for run in (tmp_path / "a", tmp_path / "b"):
        assert not (run / "model-best.safetensors").exists() and not (run / "checkpoints" / "best.safetensors").exists()
        with pytest.raises(ModelFileError, match=r"holds no model-best.safetensors: no best epoch was kept \(yet\)"):
            load_weights(run, "best")
    with pytest.raises(ModelFileError, match="try: `--weights best` with the run directory"):
        load_weights(tmp_path / "a" / "model.safetensors", "best")
    with pytest.raises(ModelFileError, match="no such model file or run directory"):
        load_weights(tmp_path / "c", "best")


def test_a_best_model_that_somebody_deleted_is_not_missed_at_the_end(spec_of, splits, tmp_path):
    list(fit(spec_of(), splits, tmp_path))
    (tmp_path / "model-best.safetensors").unlink()
    end = list(fit(spec_of(calibrate="true"), splits, tmp_path, resume=True))[-1]
    assert load_model(tmp_path).temperature == end["temperature"] != 1
