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
from fitcli.engine.measured import measured
from fitcli.engine.metrics.calibration import expected_calibration_error, reliability
from fitcli.engine.modelfile import load_model, save_model
from fitcli.engine.restore import restore_model
from fitcli.engine.rundir import BEST_NAME, MODEL_NAME
from fitcli.engine.stopping import Stopping
from fitcli.engine.temperature import best_temperature, questions
from fitcli.losses.readings import tempered

_KEPT = ("epoch", "best_epoch", "train_loss", "train_accuracy", "val_loss", "val_accuracy", "val_f1", "val_map")


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
            event |= {f"test_{name}": value for name, value in measured(evaluator, splits.test).items()}
        if keeper.spec.fit.calibrate:
            event |= calibrate(path, evaluator, splits.val)
            if "best" in event and (keeper.run / BEST_NAME).is_file():
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
    model = evaluator.model
    _, outputs = evaluator.outputs(val.images, val.labels)
    if val.multilabel:
        plain, labels = questions(outputs), val.labels.reshape(-1).astype(np.int64)
    else:
        plain, labels = model.spec.loss.probabilities(outputs.astype(np.float64)), val.labels
    temperature = best_temperature(plain, labels)

    def error(p: np.ndarray) -> float:
        trusted = (p[:, 1], labels > 0) if val.multilabel else (p.max(axis=1), outputs.argmax(axis=1) == labels)
        return expected_calibration_error(reliability(*trusted))

    before, after = error(plain), error(tempered(plain, temperature))
    save_model(path, replace(load_model(path), temperature=temperature))
    return {"temperature": temperature, "val_ece": before, "val_ece_calibrated": after}
