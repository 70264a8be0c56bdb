"""Adadelta (Zeiler, Adadelta: an adaptive learning rate method, 2012)."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np

from fitcli.kernels.kernel import kernel
from fitcli.optim import OPTIMIZERS
from fitcli.optim.base import Optimizer
from fitcli.optim.settings import Beta, Decay, Epsilon, Rate


@kernel
def adadelta(p, g, s, u, hyper, settings):
    """settings float64 [ρ, ε, weight decay]."""
    number = p.dtype.type
    rho, eps, decay = settings
    lr, r, c = number(hyper[0]), number(rho), number(1.0 - rho)
    e, added = number(eps), number(decay)
    for i in range(p.size):
        d = g[i] + added * p[i]
        s[i] = r * s[i] + c * d * d
        x = sqrt(u[i] + e) / sqrt(s[i] + e) * d
        u[i] = r * u[i] + c * x * x
        p[i] -= lr * x


@OPTIMIZERS.register("adadelta")
@dataclass(frozen=True)
class Adadelta(Optimizer):
    """s ← ρ s + (1 − ρ) g²;  x = √(u + ε) / √(s + ε) · g;  u ← ρ u + (1 − ρ) x²;  p ← p − lr · x.

    The paper has lr = 1. weight_decay adds weight_decay · p to g.
    """

    lr: Rate = 1.0
    rho: Beta = 0.9
    eps: Epsilon = 1e-6
    weight_decay: Decay = 0.0

    states = ("s", "u")

    def update(self, p, g, states, hyper, decay):
        settings = np.array([self.rho, self.eps, self.weight_decay if decay else 0.0])
        adadelta(p, g, *states, hyper, settings)
