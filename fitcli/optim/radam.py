"""RAdam (Liu et al., On the variance of the adaptive learning rate and beyond, 2020)."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Annotated

import numpy as np
from annotated_types import Ge, Gt, Lt

from fitcli.kernels.kernel import kernel
from fitcli.optim import OPTIMIZERS
from fitcli.optim.base import Optimizer


@kernel
def radam(p, g, m, v, hyper, settings, decoupled):
    """settings float64 [β₁, β₂, ε, weight decay]."""
    number = p.dtype.type
    lr, t = hyper[0], hyper[1]
    beta1, beta2, eps, decay = settings
    b1, c1, b2, c2 = number(beta1), number(1.0 - beta1), number(beta2), number(1.0 - beta2)
    left = 1.0 - beta2**t
    longest = 2.0 / (1.0 - beta2) - 1.0
    length = longest - 2.0 * t * (1.0 - left) / left
    step = lr / (1.0 - beta1**t)
    known = length > 5.0
    if known:
        step *= sqrt(left * (length - 4.0) * (length - 2.0) * longest / ((longest - 4.0) * (longest - 2.0) * length))
    a, e = number(step), number(eps)
    shrink = number(1.0 - lr * decay) if decoupled else number(1.0)
    added = number(0.0) if decoupled else number(decay)
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

    lr: Annotated[float, Gt(0)] = 1e-3
    beta1: Annotated[float, Ge(0), Lt(1)] = 0.9
    beta2: Annotated[float, Ge(0), Lt(1)] = 0.999
    eps: Annotated[float, Gt(0)] = 1e-8
    weight_decay: Annotated[float, Ge(0)] = 0.0
    decoupled: bool = False

    states = ("m", "v")

    def update(self, p, g, states, hyper, decay):
        settings = np.array([self.beta1, self.beta2, self.eps, self.weight_decay if decay else 0.0])
        radam(p, g, *states, hyper, settings, self.decoupled)
