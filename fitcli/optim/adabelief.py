"""AdaBelief (Zhuang et al., AdaBelief optimizer: adapting stepsizes by the belief in observed gradients, 2020)."""

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
def adabelief(p, g, m, s, hyper, settings, decoupled):
    """settings float64 [β₁, β₂, ε, weight decay]."""
    b1, c1, b2, c2, step, root, e, shrink, added = once(p, hyper, settings, decoupled)
    for i in range(p.size):
        d = g[i] + added * p[i]
        m[i] = b1 * m[i] + c1 * d
        off = d - m[i]
        s[i] = b2 * s[i] + c2 * off * off + e
        p[i] = shrink * p[i] - step * m[i] / (sqrt(s[i]) * root + e)


@OPTIMIZERS.register("adabelief")
@dataclass(frozen=True)
class AdaBelief(Optimizer):
    """m ← β₁ m + (1 − β₁) g;  s ← β₂ s + (1 − β₂)(g − m)² + ε;  p ← p − lr · m̂ / (√ŝ + ε), m̂ and ŝ as in Adam.

    weight_decay shrinks p by 1 − lr · weight_decay, or adds weight_decay · p to g when not decoupled.
    """

    lr: Rate = 1e-3
    beta1: Beta = 0.9
    beta2: Beta = 0.999
    eps: Epsilon = 1e-8
    weight_decay: Decay = 0.0
    decoupled: bool = True

    states = ("m", "s")

    def update(self, p, g, states, hyper, decay):
        settings = np.array([self.beta1, self.beta2, self.eps, self.weight_decay if decay else 0.0])
        adabelief(p, g, *states, hyper, settings, self.decoupled)
