"""NAdam (Dozat, Incorporating Nesterov momentum into Adam, 2016)."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Annotated

import numpy as np
from annotated_types import Ge

from fitcli.kernels.kernel import kernel
from fitcli.optim import OPTIMIZERS
from fitcli.optim.base import Optimizer
from fitcli.optim.moments import once
from fitcli.optim.settings import Beta, Decay, Epsilon, Rate


@kernel
def nadam(p, g, m, v, hyper, settings, decoupled):
    """hyper [lr, t, T, Π μ]; settings float64 [β₁, β₂, ε, weight decay, ψ]."""
    b1, c1, b2, c2, _, root, e, shrink, added = once(p, hyper, settings, decoupled)
    number = p.dtype.type
    lr, t, product = hyper[0], hyper[1], hyper[3]
    beta1, psi = settings[0], settings[4]
    mu = beta1 * (1.0 - 0.5 * 0.96 ** (t * psi))
    after = beta1 * (1.0 - 0.5 * 0.96 ** ((t + 1.0) * psi))
    of_g = number(lr * (1.0 - mu) / (1.0 - product))
    of_m = number(lr * after / (1.0 - product * after))
    for i in range(p.size):
        d = g[i] + added * p[i]
        m[i] = b1 * m[i] + c1 * d
        v[i] = b2 * v[i] + c2 * d * d
        p[i] = shrink * p[i] - (of_g * d + of_m * m[i]) / (sqrt(v[i]) * root + e)


@OPTIMIZERS.register("nadam")
@dataclass(frozen=True)
class NAdam(Optimizer):
    """μₜ = β₁ (1 − 0.96^(t ψ) / 2), Adam's m, v and v̂;
    m̂ = μₜ₊₁ m / (1 − μ₁…μₜ₊₁) + (1 − μₜ) g / (1 − μ₁…μₜ);  p ← p − lr · m̂ / (√v̂ + ε).

    weight_decay adds weight_decay · p to g, or shrinks p by 1 − lr · weight_decay when decoupled.
    """

    lr: Rate = 2e-3
    beta1: Beta = 0.9
    beta2: Beta = 0.999
    eps: Epsilon = 1e-8
    psi: Annotated[float, Ge(0)] = 4e-3  # how fast μ climbs from β₁ / 2 to β₁
    weight_decay: Decay = 0.0
    decoupled: bool = False

    states = ("m", "v")
    scalars = ("product",)  # μ₁ μ₂ … μₜ

    def advance(self, hyper):
        t = hyper[1]
        hyper[3] = (1.0 if t == 1 else hyper[3]) * self.beta1 * (1.0 - 0.5 * 0.96 ** (t * self.psi))

    def update(self, p, g, states, hyper, decay):
        settings = np.array([self.beta1, self.beta2, self.eps, self.weight_decay if decay else 0.0, self.psi])
        nadam(p, g, *states, hyper, settings, self.decoupled)
