"""All measures of one set of answers."""

from __future__ import annotations

import numpy as np

from fitcli.engine.metrics.calibration import brier, expected_calibration_error, reliability
from fitcli.engine.metrics.confusion import (
    balanced_accuracy,
    class_scores,
    confusion_matrix,
    macro_f1,
    mean_of,
    most_confused,
)
from fitcli.engine.metrics.ranking import auc, top_k


def report(outputs: np.ndarray, probabilities: np.ndarray, labels: np.ndarray, classes: tuple[str, ...]) -> dict:
    """From outputs and probabilities [N, K] and labels [N], N > 0. A measure that does not exist is None.

    {"accuracy", "top_k", "balanced_accuracy", "macro_f1", "auc" (one class against the rest, mean over classes),
    "brier", "ece", "classes", "confusion", "confused", "per_class", "reliability"}.
    """
    predicted = outputs.argmax(axis=1)
    right = predicted == labels
    confusion = confusion_matrix(labels, predicted, len(classes))
    areas = [auc(probabilities[:, k], labels == k) for k in range(len(classes))]
    rows = reliability(probabilities.max(axis=1), right)
    return {
        "accuracy": float(np.trace(confusion) / len(labels)),
        "top_k": top_k(outputs, labels),
        "balanced_accuracy": balanced_accuracy(confusion),
        "macro_f1": macro_f1(confusion),
        "auc": mean_of(areas),
        "brier": brier(probabilities, labels),
        "ece": expected_calibration_error(rows),
        "classes": list(classes),
        "confusion": confusion.tolist(),
        "confused": most_confused(confusion, classes),
        "per_class": {name: class_scores(confusion, k) | {"auc": areas[k]} for k, name in enumerate(classes)},
        "reliability": rows,
    }
