"""How good a model is on labelled images."""

from __future__ import annotations

import numpy as np

from fitcli.data.dataset import Dataset
from fitcli.engine.evaluator import Evaluator
from fitcli.engine.metrics.report import report
from fitcli.engine.modelfile import ModelFile
from fitcli.engine.restore import restore_model


def evaluate(saved: ModelFile, dataset: Dataset, threads: int | None = None) -> dict:
    """{"images", "loss", …}: the mean loss and every measure of `report`."""
    model, _ = restore_model(saved)
    loss, outputs = Evaluator(model, threads).outputs(dataset.images, dataset.labels)
    probabilities = model.spec.loss.probabilities(outputs.astype(np.float64))
    return {"images": len(dataset), "loss": loss} | report(outputs, probabilities, dataset.labels, model.classes)
