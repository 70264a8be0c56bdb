"""Clipping by the norm of the whole gradient (Pascanu, Mikolov & Bengio, On the difficulty of training recurrent neural
networks, 2013)."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Annotated

import numpy as np
from annotated_types import Gt

from fitcli.gradients import GRADIENTS
from fitcli.gradients.base import Treatment
from fitcli.kernels.kernel import kernel

SMALL = 1e-6  # as PyTorch's clip_grad_norm_ has it


@kernel
def sum_squares(parts, worker, g):
    """parts[worker] = Σ g², 1024 numbers at a time in g's type, their sums in float64."""
    total = 0.0
    for low in range(0, g.size, 1024):
        part = g.dtype.type(0)
        for i in range(low, min(low + 1024, g.size)):
            part += g[i] * g[i]
        total += part
    parts[worker] = total


@kernel
def scale_down(g, parts, bound, small):
    """g ← g · min(1, bound / (√Σ parts + small))."""
    total = 0.0
    for w in range(parts.size):
        total += parts[w]
    factor = bound / (sqrt(total) + small)
    if factor < 1.0:
        scale = g.dtype.type(factor)
        for i in range(g.size):
            g[i] *= scale


@GRADIENTS.register("clip_norm")
@dataclass(frozen=True)
class ClipNorm(Treatment):
    """g ← g · min(1, norm / (‖g‖ + 1e-6)), ‖g‖ over all parameters: PyTorch's clip_grad_norm_."""

    norm: Annotated[float, Gt(0)] = 1.0

    def phases(self, work):
        parts = np.zeros(work.workers)

        def measure(worker: int) -> None:
            sum_squares(parts, worker, work.g[work.slice(worker)])

        def scale(worker: int) -> None:
            scale_down(work.g[work.slice(worker)], parts, float(self.norm), SMALL)

        return [measure, scale]
