"""All measures of one set of answers about images that may be of several classes."""

from __future__ import annotations

import numpy as np

from fitcli.engine.metrics.calibration import expected_calibration_error, reliability
from fitcli.engine.metrics.confusion import mean_of, scores
from fitcli.engine.metrics.multilabel import class_hits, exact_match, hamming_loss, macro_scores, micro_scores
from fitcli.engine.metrics.ranking import auc, average_precision


def multireport(shares: np.ndarray, labels: np.ndarray, classes: tuple[str, ...], threshold: float = 0.5) -> dict:
    """From probabilities `shares` and labels [N, K], N > 0; yes from the threshold on. What does not exist is None.

    {"threshold", "accuracy" (exact match), "hamming_loss", "macro_…" and "micro_" "f1", "precision", "recall", "map",
    "auc" (means over classes), "brier" (mean of (p − t)²), "ece", "labels_per_image" {"true", "predicted"}, "classes",
    "per_class", "reliability"}. The last is of all N · K answers by their p: "accuracy" is the share of them that are yes.
    """
    labels, predicted = labels.astype(bool), shares >= threshold
    hits = class_hits(labels, predicted)
    rows = reliability(shares.reshape(-1), labels.reshape(-1))
    per_class = {
        name: scores(*hits[k].tolist()) | {
            "predicted": int(hits[k, 2]), "auc": auc(shares[:, k], labels[:, k]),
            "average_precision": average_precision(shares[:, k], labels[:, k]),
        }
        for k, name in enumerate(classes)
    }  # fmt: skip
    return {
        "threshold": threshold,
        "accuracy": exact_match(labels, predicted),
        "hamming_loss": hamming_loss(labels, predicted),
        **{f"macro_{key}": value for key, value in macro_scores(hits).items()},
        **{f"micro_{key}": value for key, value in micro_scores(hits).items()},
        "map": mean_of(own["average_precision"] for own in per_class.values()),
        "auc": mean_of(own["auc"] for own in per_class.values()),
        "brier": float(((shares - labels) ** 2).mean()),
        "ece": expected_calibration_error(rows),
        "labels_per_image": {"true": float(labels.sum(1).mean()), "predicted": float(predicted.sum(1).mean())},
        "classes": list(classes),
        "per_class": per_class,
        "reliability": rows,
    }
