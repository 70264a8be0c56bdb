"""Rprop (Riedmiller & Braun, A direct adaptive method for faster backpropagation learning, 1993), in the form without
backtracking."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np
from annotated_types import Gt, Lt

from fitcli.kernels.kernel import kernel
from fitcli.optim import OPTIMIZERS
from fitcli.optim.base import Optimizer
from fitcli.optim.settings import Rate


@kernel
def rprop(p, g, before, size, hyper, settings):
    """settings float64 [η⁻, η⁺, smallest, largest]."""
    number = p.dtype.type
    slower, faster, least, most = settings
    down, up, low, high = number(slower), number(faster), number(least), number(most)
    zero, one = number(0.0), number(1.0)
    first = number(hyper[0]) if hyper[1] == 1.0 else zero
    for i in range(p.size):
        product = g[i] * before[i]
        factor = up if product > zero else (down if product < zero else one)
        size[i] = min(max((size[i] + first) * factor, low), high)
        d = zero if product < zero else g[i]
        p[i] -= size[i] if d > zero else (-size[i] if d < zero else zero)
        before[i] = d


@OPTIMIZERS.register("rprop")
@dataclass(frozen=True)
class Rprop(Optimizer):
    """size ← η⁺ · size where g has the sign it had before, η⁻ · size where it changed (there g ← 0), within its limits;
    p ← p − sign(g) · size.

    It looks at signs alone, so it wants the gradient of large batches. size begins as the lr of the first step;
    a schedule has no hold on it afterwards.
    """

    lr: Rate = 0.01
    slower: Annotated[float, Gt(0), Lt(1)] = 0.5  # η⁻
    faster: Annotated[float, Gt(1)] = 1.2  # η⁺
    smallest: Annotated[float, Gt(0)] = 1e-6
    largest: Annotated[float, Gt(0)] = 50.0

    states = ("before", "size")
    rate_scales = False

    def __post_init__(self) -> None:
        if self.smallest > self.largest:
            raise ValueError("smallest must not be above largest")

    def update(self, p, g, states, hyper, decay):
        rprop(p, g, *states, hyper, np.array([self.slower, self.faster, self.smallest, self.largest]))
