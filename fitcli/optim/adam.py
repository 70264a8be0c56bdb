"""Adam (Kingma & Ba, Adam: a method for stochastic optimization, 2015)."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np

from fitcli.kernels.kernel import kernel
from fitcli.optim import OPTIMIZERS
from fitcli.optim.base import Optimizer
from fitcli.optim.moments import once
from fitcli.optim.settings import Beta, Decay, Epsilon, Rate


@kernel
def adam(p, g, m, v, hyper, settings, decoupled):
    """settings float64 [β₁, β₂, ε, weight decay]."""
    b1, c1, b2, c2, step, root, e, shrink, added = once(p, hyper, settings, decoupled)
    for i in range(p.size):
        d = g[i] + added * p[i]
        m[i] = b1 * m[i] + c1 * d
        v[i] = b2 * v[i] + c2 * d * d
        p[i] = shrink * p[i] - step * m[i] / (sqrt(v[i]) * root + e)


@OPTIMIZERS.register("adam")
@dataclass(frozen=True)
class Adam(Optimizer):
    """m ← β₁ m + (1 − β₁) g;  v ← β₂ v + (1 − β₂) g²;  p ← p − lr · m̂ / (√v̂ + ε), m̂ = m / (1 − β₁ᵗ), v̂ = v / (1 − β₂ᵗ).

    weight_decay adds weight_decay · p to g (the L2 penalty's gradient); `adamw` decouples it.
    """

    lr: Rate = 1e-3
    beta1: Beta = 0.9
    beta2: Beta = 0.999
    eps: Epsilon = 1e-8
    weight_decay: Decay = 0.0

    states = ("m", "v")

    def update(self, p, g, states, hyper, decay):
        settings = np.array([self.beta1, self.beta2, self.eps, self.weight_decay if decay else 0.0])
        adam(p, g, *states, hyper, settings, False)
