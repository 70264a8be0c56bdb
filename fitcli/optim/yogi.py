"""Yogi (Zaheer et al., Adaptive methods for nonconvex optimization, 2018)."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np

from fitcli.kernels.kernel import kernel
from fitcli.optim import OPTIMIZERS
from fitcli.optim.base import Optimizer
from fitcli.optim.settings import Beta, Decay, Epsilon, Rate


@kernel
def yogi(p, g, m, v, hyper, settings):
    """settings float64 [β₁, β₂, ε, weight decay]."""
    number = p.dtype.type
    beta1, beta2, eps, decay = settings
    lr, b1, c1, c2 = number(hyper[0]), number(beta1), number(1.0 - beta1), number(1.0 - beta2)
    e, added, zero = number(eps), number(decay), number(0.0)
    for i in range(p.size):
        d = g[i] + added * p[i]
        m[i] = b1 * m[i] + c1 * d
        square = d * d
        change = square if v[i] > square else (-square if v[i] < square else zero)
        v[i] = v[i] - c2 * change
        p[i] -= lr * m[i] / (sqrt(v[i]) + e)


@OPTIMIZERS.register("yogi")
@dataclass(frozen=True)
class Yogi(Optimizer):
    """m ← β₁ m + (1 − β₁) g;  v ← v − (1 − β₂) sign(v − g²) g²;  p ← p − lr · m / (√v + ε).

    As in the paper nothing is corrected for its bias. weight_decay adds weight_decay · p to g.
    """

    lr: Rate = 0.01
    beta1: Beta = 0.9
    beta2: Beta = 0.999
    eps: Epsilon = 1e-3
    weight_decay: Decay = 0.0

    states = ("m", "v")

    def update(self, p, g, states, hyper, decay):
        settings = np.array([self.beta1, self.beta2, self.eps, self.weight_decay if decay else 0.0])
        yogi(p, g, *states, hyper, settings)
