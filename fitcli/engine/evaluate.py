"""How good a model is on labelled images."""

from __future__ import annotations

import numpy as np

from fitcli.data.dataset import Dataset
from fitcli.engine.evaluator import Evaluator
from fitcli.engine.modelfile import ModelFile
from fitcli.engine.restore import restore_model


def evaluate(saved: ModelFile, dataset: Dataset, threads: int | None = None) -> dict:
    """{"images", "loss", "accuracy", "classes", "confusion", "per_class"}.

    confusion[i][j] counts images of class i that were taken for class j. Per class: precision = of those taken for it,
    the share that is; recall = of those that are it, the share found; f1 = their harmonic mean.
    """
    model, _ = restore_model(saved)
    loss, predicted = Evaluator(model, threads).measure(dataset.images, dataset.labels)
    count = len(model.classes)
    confusion = np.bincount(dataset.labels * count + predicted, minlength=count * count).reshape(count, count)
    return {
        "images": len(dataset),
        "loss": loss,
        "accuracy": float(np.trace(confusion) / len(dataset)),
        "classes": list(model.classes),
        "confusion": confusion.tolist(),
        "per_class": {name: _scores(confusion, k) for k, name in enumerate(model.classes)},
    }


def _scores(confusion: np.ndarray, k: int) -> dict:
    hits, truth, taken = int(confusion[k, k]), int(confusion[k].sum()), int(confusion[:, k].sum())
    precision, recall = hits / taken if taken else None, hits / truth if truth else None
    f1 = 2 * hits / (truth + taken) if truth + taken else None
    return {"images": truth, "precision": precision, "recall": recall, "f1": f1}
