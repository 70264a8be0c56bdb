"""How outputs [N, K] are read as probabilities: numbers in 0..1 that sum to 1 a row."""

from __future__ import annotations

import numpy as np


def softmax(outputs: np.ndarray) -> np.ndarray:
    """pₖ = exp xₖ / Σⱼ exp xⱼ."""
    from fitcli.ops.softmax import softmax_forward  # a spec is read without it

    p = np.empty(outputs.shape)
    softmax_forward(p, np.ascontiguousarray(outputs, np.float64))
    return p


def shares(outputs: np.ndarray) -> np.ndarray:
    """Outputs, clipped to 0..1, by their sum; all equal where that is 0."""
    p = np.clip(outputs, 0, 1)
    total = p.sum(axis=1, keepdims=True)
    return np.where(total > 0, p / np.where(total > 0, total, 1), 1 / p.shape[1])
