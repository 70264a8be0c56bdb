"""How good a model is on labelled images."""

from __future__ import annotations

from fitcli.data.dataset import Dataset
from fitcli.engine.evaluator import Evaluator
from fitcli.engine.metrics.multireport import multireport
from fitcli.engine.metrics.report import report
from fitcli.engine.modelfile import ModelFile
from fitcli.engine.restore import restore_model


def evaluate(saved: ModelFile, dataset: Dataset, threads: int | None = None, threshold: float = 0.5) -> dict:
    """{"images", "loss", "temperature", …}: the mean loss (at temperature 1, as in training) and every measure of `report`,
    or, where an image may be of several classes, of `multireport` with yes from probability `threshold` on."""
    model, _ = restore_model(saved)
    evaluator = Evaluator(model, threads)
    loss, outputs = evaluator.outputs(dataset.images, dataset.labels)
    shares = evaluator.read(outputs)
    if model.multilabel:
        measured = multireport(shares, dataset.labels, model.classes, threshold)
    else:
        measured = report(outputs, shares, dataset.labels, model.classes)
    return {"images": len(dataset), "loss": loss, "temperature": model.temperature} | measured
