"""What is measured when a fit has ended: the model as it is saved, on validation and test images."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import numpy as np

from fitcli.data.dataset import Dataset, Splits
from fitcli.engine.atomic import link_atomic
from fitcli.engine.bestepoch import BestEpoch
from fitcli.engine.evaluator import Evaluator
from fitcli.engine.keep import Keeper
from fitcli.engine.metrics.calibration import expected_calibration_error, reliability
from fitcli.engine.modelfile import load_model, save_model
from fitcli.engine.restore import restore_model
from fitcli.engine.rundir import BEST_NAME, MODEL_NAME
from fitcli.engine.stopping import Stopping
from fitcli.engine.temperature import best_temperature, tempered

_KEPT = ("epoch", "best_epoch", "train_loss", "train_accuracy", "val_loss", "val_accuracy")


def end_event(
    keeper: Keeper, stopping: Stopping, best: BestEpoch, evaluator: Evaluator | None, splits: Splits
) -> dict:
    """The last event. With early stopping the model has the best epoch's weights afterwards."""
    path = keeper.run / MODEL_NAME
    last = stopping.restore(path)
    event = {"event": "end", "model": str(path), "steps": keeper.trainer.step}
    event |= {key: last[key] for key in _KEPT if key in last} | best.told()
    if evaluator is None:
        return event
    evaluator.refresh()
    with nullcontext() if stopping.restored else keeper.averages.standing():
        if splits.test:
            loss, predicted = evaluator.measure(splits.test.images, splits.test.labels)
            event |= {"test_loss": loss, "test_accuracy": float((predicted == splits.test.labels).mean())}
        if keeper.spec.fit.calibrate:
            event |= calibrate(path, evaluator, splits.val)
            if "best" in event:
                _calibrate_best(keeper.run, evaluator, splits.val)
    return event


def _calibrate_best(run: Path, evaluator: Evaluator, val: Dataset) -> None:
    """The best epoch's model has a temperature of its own, unless it is the model."""
    path = run / BEST_NAME
    saved = load_model(path)
    if saved.info == load_model(run / MODEL_NAME).info:
        return link_atomic(run / MODEL_NAME, path)
    model, _ = restore_model(saved)
    calibrate(path, Evaluator(model, evaluator.program.workers), val)


def calibrate(path: Path, evaluator: Evaluator, val: Dataset) -> dict:
    """Find the temperature on validation images and store it in the model file at `path`.

    {"temperature", "val_ece" before, "val_ece_calibrated" after}: the expected calibration error.
    """
    _, outputs = evaluator.outputs(val.images, val.labels)
    plain = evaluator.model.spec.loss.probabilities(outputs.astype(np.float64))
    right = outputs.argmax(axis=1) == val.labels
    temperature = best_temperature(plain, val.labels)
    before, after = (
        expected_calibration_error(reliability(p, right)) for p in (plain, tempered(plain, temperature))
    )  # fmt: skip
    save_model(path, replace(load_model(path), temperature=temperature))
    return {"temperature": temperature, "val_ece": before, "val_ece_calibrated": after}
