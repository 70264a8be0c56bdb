"""Whether probabilities mean what they say: of all answers given with 80 %, 80 % should be right."""

from __future__ import annotations

import numpy as np

BINS = 15


def brier(probabilities: np.ndarray, labels: np.ndarray) -> float:
    """Mean over images of Σₖ (pₖ − [k = label])², from 0 to 2 (Brier, 1950). probabilities: [N, K]."""
    own = probabilities[np.arange(len(labels)), labels]
    return float(((probabilities**2).sum(axis=1) - 2 * own + 1).mean())


def reliability(confidence: np.ndarray, right: np.ndarray, bins: int = BINS) -> list[dict]:
    """Answers by the probability [N] they were given with, in bins (low, high] of equal width; empty ones are left out.

    {"low", "high", "images" = answers, "confidence" = mean probability, "accuracy" = share that is right}. right: bool [N].
    """
    edges = np.arange(bins + 1) / bins
    at = np.clip(np.searchsorted(edges, confidence, side="left") - 1, 0, bins - 1)
    found = []
    for k in np.unique(at):
        inside = at == k
        found.append(
            {"low": float(edges[k]), "high": float(edges[k + 1]), "images": int(inside.sum()),
             "confidence": float(confidence[inside].mean()), "accuracy": float(right[inside].mean())}
        )  # fmt: skip
    return found


def expected_calibration_error(rows: list[dict]) -> float:
    """Σ over the bins of images / N · |accuracy − confidence| (Naeini et al., 2015; Guo et al., 2017)."""
    count = sum(row["images"] for row in rows)
    return float(sum(row["images"] * abs(row["accuracy"] - row["confidence"]) for row in rows) / count)
