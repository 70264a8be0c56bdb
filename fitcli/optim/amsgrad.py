"""AMSGrad (Reddi, Kale & Kumar, On the convergence of Adam and beyond, 2018), with the bias corrections of Adam."""

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
def amsgrad(p, g, m, v, u, hyper, settings, decoupled):
    """settings float64 [β₁, β₂, ε, weight decay]."""
    b1, c1, b2, c2, step, root, e, shrink, added = once(p, hyper, settings, decoupled)
    for i in range(p.size):
        d = g[i] + added * p[i]
        m[i] = b1 * m[i] + c1 * d
        v[i] = b2 * v[i] + c2 * d * d
        u[i] = max(u[i], v[i])
        p[i] = shrink * p[i] - step * m[i] / (sqrt(u[i]) * root + e)


@OPTIMIZERS.register("amsgrad")
@dataclass(frozen=True)
class AMSGrad(Optimizer):
    """Adam's m and v;  u ← max(u, v);  p ← p − lr · m̂ / (√û + ε), û = u / (1 − β₂ᵗ).

    weight_decay adds weight_decay · p to g, or shrinks p by 1 − lr · weight_decay when decoupled.
    """

    lr: Rate = 1e-3
    beta1: Beta = 0.9
    beta2: Beta = 0.999
    eps: Epsilon = 1e-8
    weight_decay: Decay = 0.0
    decoupled: bool = False

    states = ("m", "v", "u")

    def update(self, p, g, states, hyper, decay):
        settings = np.array([self.beta1, self.beta2, self.eps, self.weight_decay if decay else 0.0])
        amsgrad(p, g, *states, hyper, settings, self.decoupled)
