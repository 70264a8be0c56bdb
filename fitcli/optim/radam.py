"""RAdam (Liu et al., On the variance of the adaptive learning rate and beyond, 2020)."""

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
def radam(p, g, m, v, hyper, settings, decoupled):
    """settings float64 [β₁, β₂, ε, weight decay]."""
    b1, c1, b2, c2, _, _, e, shrink, added = once(p, hyper, settings, decoupled)
    t, beta1, beta2 = hyper[1], settings[0], settings[1]
    left = 1.0 - beta2**t
    longest = 2.0 / (1.0 - beta2) - 1.0
    length = longest - 2.0 * t * (1.0 - left) / left
    step = hyper[0] / (1.0 - beta1**t)
    known = length > 5.0
    if known:
        step *= sqrt(left * (length - 4.0) * (length - 2.0) * longest / ((longest - 4.0) * (longest - 2.0) * length))
    a = p.dtype.type(step)
    for i in range(p.size):
        d = g[i] + added * p[i]
        m[i] = b1 * m[i] + c1 * d
        v[i] = b2 * v[i] + c2 * d * d
        x = m[i] / (sqrt(v[i]) + e) if known else m[i]
        p[i] = shrink * p[i] - a * x


@OPTIMIZERS.register("radam")
@dataclass(frozen=True)
class RAdam(Optimizer):
    """Adam's m, v and m̂;  ρ∞ = 2 / (1 − β₂) − 1,  ρ = ρ∞ − 2 t β₂ᵗ / (1 − β₂ᵗ);
    p ← p − lr · r · m̂ · √(1 − β₂ᵗ) / (√v + ε) where ρ > 5, r² = (ρ − 4)(ρ − 2) ρ∞ / ((ρ∞ − 4)(ρ∞ − 2) ρ);
    p ← p − lr · m̂ as long as it is not.

    weight_decay adds weight_decay · p to g, or shrinks p by 1 − lr · weight_decay when decoupled.
    """

    lr: Rate = 1e-3
    beta1: Beta = 0.9
    beta2: Beta = 0.999
    eps: Epsilon = 1e-8
    weight_decay: Decay = 0.0
    decoupled: bool = False

    states = ("m", "v")

    def update(self, p, g, states, hyper, decay):
        settings = np.array([self.beta1, self.beta2, self.eps, self.weight_decay if decay else 0.0])
        radam(p, g, *states, hyper, settings, self.decoupled)
