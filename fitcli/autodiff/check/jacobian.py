"""The whole matrix J of df, entry by entry, by all three witnesses.

push         column i = df(eᵢ)
pull         row j = dfᵀ(eⱼ)
differences  column i = (f(v + h eᵢ) − f(v − h eᵢ)) / 2h
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

import numpy as np

from fitcli.autodiff.check.foot import Foot
from fitcli.autodiff.check.line import steps
from fitcli.autodiff.check.vectors import scale, unit

MOST = 6000  # rows and columns together: so many pushes and pulls


@dataclass(frozen=True)
class Jacobian:
    """float64 [outputs, inputs]; `blocks` are the names of the columns' blocks with their widths."""

    push: np.ndarray
    pull: np.ndarray
    differences: np.ndarray
    blocks: tuple[tuple[str, int], ...]

    def gap(self, other: np.ndarray) -> float:
        """The largest disagreement of an entry with `push`, by the largest entry."""
        size = max(float(np.abs(self.push).max(initial=0)), float(np.abs(other).max(initial=0)))
        return float(np.abs(self.push - other).max(initial=0)) / size if size else 0.0


def fits(foot: Foot) -> bool:
    return sum(foot.v[b].size for b in foot.f.blocks) + prod(foot.y.shape) <= MOST


def jacobian(foot: Foot) -> Jacobian:
    blocks = tuple((b, foot.v[b].size) for b in foot.f.blocks)
    shape = (prod(foot.y.shape), sum(size for _, size in blocks))
    push, pull, differences = (np.zeros(shape) for _ in range(3))
    at, h = 0, steps(foot.eps)[0]
    for block, size in blocks:
        length = scale(foot.v[block])
        for i in range(size):
            d = unit(foot.v, block, i)
            push[:, at + i] = foot.push(d).reshape(-1) / length
            differences[:, at + i] = foot.line(d).quotient(h).slope.reshape(-1) / length
        at += size
    for j in range(shape[0]):
        e = np.zeros(foot.y.shape, foot.f.dtype)
        e.reshape(-1)[j] = 1
        pull[j] = np.concatenate([g.reshape(-1) for g in foot.point.pull(e).values()])
    return Jacobian(push, pull, differences, blocks)
