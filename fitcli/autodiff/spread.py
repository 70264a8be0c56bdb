"""Sharing out a layer's weights among the workers instead of the batch's images, where the weights are the larger part.

A worker then reads, and differentiates by, its own outputs' weights for all images: nobody reads all weights, and their
gradient need not be added up over the workers. What all workers have to see lies in arrays of the whole batch.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import prod

import numpy as np

from fitcli.autodiff.op import Shape
from fitcli.autodiff.params import aligned_zeros


@dataclass
class Spread:
    """What a layer whose weights are shared out knows of the others; `arrays` are common to all workers."""

    images: int
    worker: int
    workers: int
    dtype: np.dtype
    arrays: dict[str, np.ndarray] = field(default_factory=dict)

    def whole(self, name: str, shape: Shape) -> np.ndarray:
        """An array [images, *shape] that all workers see."""
        if name not in self.arrays:
            flat = aligned_zeros(self.images * prod(shape), self.dtype)
            self.arrays[name] = flat.reshape(self.images, *shape)
        return self.arrays[name]

    def share(self, count: int) -> tuple[int, int]:
        """[start, stop): this worker's part of `count` things."""
        return shares(count, self.workers)[self.worker]


def shares(total: int, pieces: int) -> list[tuple[int, int]]:
    """[start, stop) of `pieces` parts of `total`, as even as can be."""
    edges = [total * i // pieces for i in range(pieces + 1)]
    return list(zip(edges[:-1], edges[1:], strict=True))


def cut(start: int, stop: int, ranges: list[tuple[int, int]]) -> Iterator[tuple[int, int, bool]]:
    """[start, stop) in pieces that lie inside or outside of the `ranges` (sorted, apart): (start, stop, inside)."""
    for low, high in ranges:
        if start < min(low, stop):
            yield start, min(low, stop), False
        if max(start, low) < min(high, stop):
            yield max(start, low), min(high, stop), True
        start = max(start, high)
    if start < stop:
        yield start, stop, False
