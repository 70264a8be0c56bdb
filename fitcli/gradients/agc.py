"""Adaptive gradient clipping (Brock, De, Smith & Simonyan, High-performance large-scale image recognition without
normalization, 2021)."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Annotated

import numpy as np
from annotated_types import Gt

from fitcli.gradients import GRADIENTS
from fitcli.gradients.base import Treatment
from fitcli.kernels.kernel import kernel
from fitcli.kernels.workspace import workspace


@kernel
def clip_units(g, p, norms, low, high, factor, eps):
    """Each column of g [n, k] in [low, high) is scaled down to factor · max(its norm in p, eps) where it is longer.

    norms float64 [2, high − low] is written.
    """
    norms[:] = 0.0
    for i in range(g.shape[0]):
        for j in range(low, high):
            norms[0, j - low] += p[i, j] * p[i, j]
            norms[1, j - low] += g[i, j] * g[i, j]
    for j in range(high - low):
        bound, norm = factor * max(sqrt(norms[0, j]), eps), sqrt(norms[1, j])
        norms[0, j] = bound / norm if norm > bound else 1.0
    for i in range(g.shape[0]):
        for j in range(low, high):
            g[i, j] *= g.dtype.type(norms[0, j - low])


@GRADIENTS.register("agc")
@dataclass(frozen=True)
class AGC(Treatment):
    """For the weights W and gradients G that lead to one output: G ← G · min(1, factor · max(‖W‖, ε) / ‖G‖).

    A bias, or the gains of a norm, are taken as a whole. The last layer is left alone, as in the paper, unless `last`.
    """

    factor: Annotated[float, Gt(0)] = 0.01
    eps: Annotated[float, Gt(0)] = 1e-3
    last: bool = False  # clip the last layer too

    def phases(self, work):
        def clip(worker: int) -> None:
            for param, g, p in work.matrices():
                low, high = work.share(worker, g.shape[1])
                if low < high and (self.last or param not in work.last):
                    norms = workspace((2, high - low), np.float64)
                    clip_units(g, p, norms, low, high, float(self.factor), float(self.eps))

        return [clip]
