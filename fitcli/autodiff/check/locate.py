"""Which entries are off: a search by halves finds one bad coordinate among a million in twenty questions.

The disagreement of two linear maps, restricted to a set of coordinates, is not zero where the set holds a bad one.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np


def search(size: int, disagreement: Callable[[np.ndarray], float]) -> int:
    """The place of a bad coordinate among `size`; `disagreement(indices)` is how far the maps differ on these."""
    low, high = 0, size
    while high - low > 1:
        middle = (low + high) // 2
        left, right = disagreement(np.arange(low, middle)), disagreement(np.arange(middle, high))
        low, high = (low, middle) if left >= right else (middle, high)
    return low


def sample(rng: np.random.Generator, size: int, few: int) -> list[int]:
    """All coordinates of a small block, else `few` at random, both ends among them: borders go wrong first."""
    if size <= 2 * few:
        return list(range(size))
    chosen = set(map(int, rng.choice(size, few, replace=False)))
    if few > 2:
        chosen = {0, size - 1, *list(chosen - {0, size - 1})[: few - 2]}
    return sorted(chosen)
