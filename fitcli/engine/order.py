"""In which order an epoch sees the training images: a permutation for (seed, epoch), nothing to save on resume."""

from __future__ import annotations

import numpy as np

_STREAM = 0x0DDE4


def epoch_order(seed: int, epoch: int, count: int, shuffle: bool) -> np.ndarray:
    """int64 [count]: 0 … count − 1, permuted when `shuffle`."""
    if not shuffle:
        return np.arange(count)
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, _STREAM, epoch]))).permutation(count)
