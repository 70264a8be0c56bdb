"""The few numbers that a fit is watched by: how good a model is on validation or test images."""

from __future__ import annotations

from fitcli.data.dataset import Dataset
from fitcli.engine.evaluator import Evaluator
from fitcli.engine.metrics.answers import answered_right
from fitcli.engine.metrics.multilabel import class_hits, macro_scores, mean_average_precision


def measured(evaluator: Evaluator, data: Dataset) -> dict[str, float]:
    """{"loss", "accuracy"}; of images of several classes, accuracy is the share of those of which every class is answered
    right, and there are "f1", the mean over classes, and "map", their mean average precision, where these exist."""
    loss, outputs = evaluator.outputs(data.images, data.labels)
    found = {"loss": loss, "accuracy": float(answered_right(outputs, data.labels).mean())}
    if data.multilabel:
        hits = class_hits(data.labels > 0, outputs >= 0)
        found |= {"f1": macro_scores(hits)["f1"], "map": mean_average_precision(outputs, data.labels)}
    return {key: value for key, value in found.items() if value is not None}
