"""Scores of answers about images that may be of several classes, or of none: a yes or no for each class.

`labels` and `predicted` are [N, K], 0 or 1 (or bool). Read & Sorower, A literature survey on algorithms for multi-label
learning (2010) tells them all.
"""

from __future__ import annotations

import numpy as np

from fitcli.engine.metrics.confusion import mean_of, scores
from fitcli.engine.metrics.ranking import average_precision


def exact_match(labels: np.ndarray, predicted: np.ndarray) -> float:
    """The share of the images of which every class is answered right: what scikit-learn's accuracy_score says of rows."""
    return float((labels == predicted).all(axis=1).mean())


def hamming_loss(labels: np.ndarray, predicted: np.ndarray) -> float:
    """The share of all answers, one an image and class, that are wrong."""
    return float((labels != predicted).mean())


def class_hits(labels: np.ndarray, predicted: np.ndarray) -> np.ndarray:
    """int64 [K, 3]: of each class the images that are it and are taken for it, that are it, that are taken for it."""
    return np.stack([(labels & predicted).sum(0), labels.sum(0), predicted.sum(0)], axis=1, dtype=np.int64)


def micro_scores(hits: np.ndarray) -> dict:
    """{"precision", "recall", "f1"} of all answers together: frequent classes count more."""
    return {key: value for key, value in scores(*hits.sum(axis=0).tolist()).items() if key != "images"}


def macro_scores(hits: np.ndarray) -> dict:
    """{"precision", "recall", "f1"}, the means over classes: each counts the same; those without one are left out."""
    rows = [scores(*row) for row in hits.tolist()]
    return {key: mean_of(row[key] for row in rows) for key in ("precision", "recall", "f1")}


def mean_average_precision(shares: np.ndarray, labels: np.ndarray) -> float | None:
    """Mean over the classes that have images of the average precision of `shares` [N, K], or of anything that rises
    with them."""
    return mean_of(average_precision(shares[:, k], labels[:, k] > 0) for k in range(labels.shape[1]))
