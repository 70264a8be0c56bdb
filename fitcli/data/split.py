"""Setting images apart for validation and test: by the seed, the same share of every class.

Of a class with n images, about val · n and test · n are set apart. The totals over all classes are
round(val · N) and round(test · N), at least 1; what each class gives is its quota f · n rounded so that the
total comes out (largest remainder, Hamilton 1792), and never so much that none is left to train on.

Which images: those with the smallest hash of (seed, name). So the choice does not depend on the order of the
files, and a file added or removed leaves nearly all others where they were.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from hashlib import blake2b

import numpy as np

Division = tuple[np.ndarray, np.ndarray, np.ndarray]  # train, val, test: ascending indices that share out 0..N-1


def split_indices(
    labels: Sequence[int] | np.ndarray, keys: Sequence[str], val: float, test: float, seed: int
) -> Division:  # fmt: skip
    """`keys` are names, all different."""
    labels = np.asarray(labels, np.int64)
    sizes = np.bincount(labels).tolist() if len(labels) else []
    for_test = apportion(sizes, test, [0] * len(sizes))
    for_val = apportion(sizes, val, for_test)
    parts: tuple[list[int], list[int], list[int]] = ([], [], [])
    for members, a, b in zip(by_rank(labels, keys, seed), for_test, for_val):
        parts[2].extend(members[:a])
        parts[1].extend(members[a : a + b])
        parts[0].extend(members[a + b :])
    return tuple(np.array(sorted(part), np.int64) for part in parts)


def fold_numbers(labels: np.ndarray, keys: Sequence[str], folds: int, seed: int) -> np.ndarray:
    """int64 [N] in 0..folds-1: in each fold a folds-th of every class, give or take one image, and of all images."""
    found = np.zeros(len(labels), np.int64)
    dealt = 0
    for members in by_rank(labels, keys, seed):
        found[members] = (dealt + np.arange(len(members))) % folds  # where the last class ended the next one begins
        dealt += len(members)
    return found


def subsample(labels: np.ndarray, keys: Sequence[str], per_class: int, seed: int) -> np.ndarray:
    """Ascending indices of at most `per_class` images of each class."""
    chosen = [i for members in by_rank(labels, keys, seed, "per_class") for i in members[:per_class]]
    return np.array(sorted(chosen), np.int64)


def by_rank(labels: np.ndarray, keys: Sequence[str], seed: int, purpose: str = "split") -> list[list[int]]:
    """The images of each class in the order of their hashes."""
    classes = int(labels.max()) + 1 if len(labels) else 0
    return [
        sorted(np.flatnonzero(labels == label).tolist(), key=lambda i: (rank(seed, keys[i], purpose), keys[i]))
        for label in range(classes)
    ]


def apportion(sizes: Sequence[int], fraction: float, taken: Sequence[int]) -> list[int]:
    """How many of each class to set apart, when `taken` are already: sums to round(fraction · Σ sizes) if it can."""
    share = Fraction(str(fraction))  # as written, so that 0.15 of 10 is 1.5 and not a little less
    if not share:
        return [0] * len(sizes)
    room = [max(0, n - t - 1) for n, t in zip(sizes, taken)]
    counts = [min(int(share * n), r) for n, r in zip(sizes, room)]
    total = min(max(1, int(share * sum(sizes) + Fraction(1, 2))), sum(room))
    by_remainder = sorted(range(len(sizes)), key=lambda c: (counts[c] - share * sizes[c], taken[c], c))
    while sum(counts) < total:
        for c in by_remainder:
            if counts[c] < room[c] and sum(counts) < total:
                counts[c] += 1
    return counts


def rank(seed: int, key: str, purpose: str = "split") -> bytes:
    return blake2b(f"{purpose}\0{seed}\0{key}".encode("utf-8", "surrogateescape"), digest_size=8).digest()
