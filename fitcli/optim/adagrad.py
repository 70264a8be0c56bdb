"""Adagrad (Duchi, Hazan & Singer, Adaptive subgradient methods for online learning, 2011)."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Annotated

import numpy as np
from annotated_types import Ge

from fitcli.kernels.kernel import kernel
from fitcli.optim import OPTIMIZERS
from fitcli.optim.base import Optimizer
from fitcli.optim.settings import Decay, Epsilon, Rate


@kernel
def adagrad(p, g, s, hyper, settings):
    """settings float64 [rate decay, initial, ε, weight decay]."""
    number = p.dtype.type
    lr, t = hyper[0], hyper[1]
    rate_decay, initial, eps, decay = settings
    step = number(lr / (1.0 + (t - 1.0) * rate_decay))
    first = number(initial) if t == 1.0 else number(0.0)
    e, added = number(eps), number(decay)
    for i in range(p.size):
        d = g[i] + added * p[i]
        s[i] = s[i] + first + d * d
        p[i] -= step * d / (sqrt(s[i]) + e)


@OPTIMIZERS.register("adagrad")
@dataclass(frozen=True)
class Adagrad(Optimizer):
    """s ← s + g²;  p ← p − lr / (1 + (t − 1) · rate_decay) · g / (√s + ε), s = initial at first.

    weight_decay adds weight_decay · p to g.
    """

    lr: Rate = 0.01
    rate_decay: Annotated[float, Ge(0)] = 0.0
    initial: Annotated[float, Ge(0)] = 0.0
    eps: Epsilon = 1e-10
    weight_decay: Decay = 0.0

    states = ("s",)

    def update(self, p, g, states, hyper, decay):
        settings = np.array([self.rate_decay, self.initial, self.eps, self.weight_decay if decay else 0.0])
        adagrad(p, g, *states, hyper, settings)
