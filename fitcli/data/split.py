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


def split_indices(
    labels: Sequence[int] | np.ndarray, keys: Sequence[str], val: float, test: float, seed: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(train, val, test): ascending indices that share out 0..N-1. `keys` are names, all different."""
    labels = np.asarray(labels, np.int64)
    sizes = np.bincount(labels).tolist() if len(labels) else []
    for_test = apportion(sizes, test, [0] * len(sizes))
    for_val = apportion(sizes, val, for_test)
    parts: tuple[list[int], list[int], list[int]] = ([], [], [])
    for label, (a, b) in enumerate(zip(for_test, for_val)):
        members = sorted(np.flatnonzero(labels == label).tolist(), key=lambda i: (_rank(seed, keys[i]), keys[i]))
        parts[2].extend(members[:a])
        parts[1].extend(members[a : a + b])
        parts[0].extend(members[a + b :])
    return tuple(np.array(sorted(part), np.int64) for part in parts)


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


def _rank(seed: int, key: str) -> bytes:
    return blake2b(f"split\0{seed}\0{key}".encode("utf-8", "surrogateescape"), digest_size=8).digest()
