"""Which answers of a model are right, by its outputs alone."""

from __future__ import annotations

import numpy as np


def answered_right(outputs: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """bool [N] from outputs [N, K]: whether the highest output is that of the class `labels` [N] tell; or, where they are
    rows [N, K] of 0 and 1, whether those from 0 on (p ≥ 0.5) are just the classes of the image."""
    return (outputs.argmax(1) == labels) if labels.ndim == 1 else ((outputs >= 0) == labels).all(1)
