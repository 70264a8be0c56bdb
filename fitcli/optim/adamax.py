"""AdaMax (Kingma & Ba, Adam: a method for stochastic optimization, section 7.1, 2015)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fitcli.kernels.kernel import kernel
from fitcli.optim import OPTIMIZERS
from fitcli.optim.base import Optimizer
from fitcli.optim.settings import Beta, Decay, Epsilon, Rate


@kernel
def adamax(p, g, m, u, hyper, settings):
    """settings float64 [β₁, β₂, ε, weight decay]."""
    number = p.dtype.type
    beta1, beta2, eps, decay = settings
    b1, c1, b2 = number(beta1), number(1.0 - beta1), number(beta2)
    step = number(hyper[0] / (1.0 - beta1 ** hyper[1]))
    e, added = number(eps), number(decay)
    for i in range(p.size):
        d = g[i] + added * p[i]
        m[i] = b1 * m[i] + c1 * d
        u[i] = max(b2 * u[i], abs(d) + e)
        p[i] -= step * m[i] / u[i]


@OPTIMIZERS.register("adamax")
@dataclass(frozen=True)
class AdaMax(Optimizer):
    """m ← β₁ m + (1 − β₁) g;  u ← max(β₂ u, |g| + ε);  p ← p − lr / (1 − β₁ᵗ) · m / u.

    ε keeps u above 0. weight_decay adds weight_decay · p to g.
    """

    lr: Rate = 2e-3
    beta1: Beta = 0.9
    beta2: Beta = 0.999
    eps: Epsilon = 1e-8
    weight_decay: Decay = 0.0

    states = ("m", "u")

    def update(self, p, g, states, hyper, decay):
        settings = np.array([self.beta1, self.beta2, self.eps, self.weight_decay if decay else 0.0])
        adamax(p, g, *states, hyper, settings)
