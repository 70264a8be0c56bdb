"""How outputs [N, K] are read as probabilities: numbers in 0..1 that sum to 1 a row."""

from __future__ import annotations

import numpy as np


def softmax(outputs: np.ndarray) -> np.ndarray:
    """pₖ = exp xₖ / Σⱼ exp xⱼ."""
    e = outputs - np.maximum.reduce(outputs, axis=1, keepdims=True)
    np.exp(e, out=e)
    e /= np.add.reduce(e, axis=1, keepdims=True)
    return e


def shares(outputs: np.ndarray) -> np.ndarray:
    """Outputs, clipped to 0..1, by their sum; all equal where that is 0."""
    p = np.clip(outputs, 0, 1)
    total = p.sum(axis=1, keepdims=True)
    return np.where(total > 0, p / np.where(total > 0, total, 1), 1 / p.shape[1])
