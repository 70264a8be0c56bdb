"""Measures of the order that a model puts classes or images in, whatever the numbers are."""

from __future__ import annotations

import numpy as np

TOP = (2, 3, 5, 10)


def top_k(outputs: np.ndarray, labels: np.ndarray) -> dict[str, float]:
    """{"2": share of the images whose class is among the 2 highest outputs [N, K], "3": …}, for k below K.

    Of equal outputs the class that comes first counts as higher, as it does for the class that is predicted.
    """
    own = outputs[np.arange(len(labels)), labels][:, None]
    before = np.arange(outputs.shape[1]) < labels[:, None]
    rank = ((outputs > own) | ((outputs == own) & before)).sum(axis=1)
    return {str(k): float((rank < k).mean()) for k in TOP if k < outputs.shape[1]}


def auc(scores: np.ndarray, positive: np.ndarray) -> float | None:
    """Area under the ROC curve: the chance that a positive scores above a negative, ties counting a half.

    = (Σ ranks of the positives − P (P + 1) / 2) / (P · N), equal scores sharing their mean rank (Mann & Whitney, 1947;
    Hanley & McNeil, 1982). `scores` [N], `positive` bool [N]; None where all are of one kind.
    """
    count = int(positive.sum())
    other = len(positive) - count
    if not count or not other:
        return None
    _, place, same = np.unique(scores, return_inverse=True, return_counts=True)
    last = np.cumsum(same)
    rank = (last - (same - 1) / 2)[place]
    return float((rank[positive].sum() - count * (count + 1) / 2) / (count * other))


def average_precision(scores: np.ndarray, positive: np.ndarray) -> float | None:
    """Σ over thresholds of (recall gained) · precision, from the highest of `scores` [N] down: the area under the steps of
    the precision-recall curve. `positive` bool [N]; None where there are no positives.

    Equal scores pass a threshold together, as in scikit-learn's average_precision_score (Zhu, Recall, precision and
    average precision, 2004).
    """
    count = int(positive.sum())
    if not count:
        return None
    order = np.argsort(-scores, kind="stable")
    ranked = scores[order]
    last = np.append(np.flatnonzero(ranked[1:] != ranked[:-1]), len(ranked) - 1)  # of each group of equal scores
    hits = np.cumsum(positive[order])[last]
    return float((np.diff(hits, prepend=0) * hits / (last + 1)).sum() / count)
