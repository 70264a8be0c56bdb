"""In which order an epoch sees the training images: a permutation for (seed, epoch), nothing to save on resume."""

from __future__ import annotations

import numpy as np

_STREAM, _BALANCED = 0x0DDE4, 0xBA1A


def epoch_order(seed: int, epoch: int, count: int, shuffle: bool) -> np.ndarray:
    """int64 [count]: 0 … count − 1, permuted when `shuffle`."""
    if not shuffle:
        return np.arange(count)
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, _STREAM, epoch]))).permutation(count)


def balanced_order(seed: int, epoch: int, labels: np.ndarray) -> np.ndarray:
    """int64 [N], N the number of labels: of every class as many images, shuffled.

    A class gives N / K images, give or take one: all of its own, shuffled, as often as that takes, and of the last time
    as many as are wanted. So in an epoch no image of a class comes twice more often than another.
    """
    rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, _BALANCED, epoch])))
    present = np.unique(labels)
    quotas = np.full(len(present), len(labels) // len(present))
    quotas[rng.permutation(len(present))[: len(labels) % len(present)]] += 1
    chosen = []
    for label, quota in zip(present, quotas):
        members = np.flatnonzero(labels == label)
        rounds = -(-quota // len(members))
        chosen.append(np.concatenate([rng.permutation(members) for _ in range(rounds)])[:quota])
    return rng.permutation(np.concatenate(chosen))
