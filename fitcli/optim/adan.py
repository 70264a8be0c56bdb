"""Adan (Xie et al., Adan: adaptive Nesterov momentum algorithm for faster optimizing deep models, 2022)."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Annotated

import numpy as np
from annotated_types import Gt, Le

from fitcli.kernels.kernel import kernel
from fitcli.optim import OPTIMIZERS
from fitcli.optim.base import Optimizer
from fitcli.optim.settings import Decay, Epsilon, Rate


@kernel
def adan(p, g, m, v, n, before, hyper, settings):
    """settings float64 [β₁, β₂, β₃, ε, weight decay]."""
    number = p.dtype.type
    beta1, beta2, beta3, eps, decay = settings
    first = hyper[1] == 1.0
    lr, e = number(hyper[0]), number(eps)
    b1, b2, b3 = number(1.0 if first else beta1), number(beta2), number(1.0 if first else beta3)
    k1, k2, k3 = number(0.0 if first else 1.0 - beta1), number(1.0 - beta2), number(0.0 if first else 1.0 - beta3)
    shrink = number(1.0 / (1.0 + hyper[0] * decay))
    moved = number(0.0 if first else 1.0)
    for i in range(p.size):
        off = moved * (g[i] - before[i])
        before[i] = g[i]
        m[i] = k1 * m[i] + b1 * g[i]
        v[i] = k2 * v[i] + b2 * off
        ahead = g[i] + k2 * off
        n[i] = k3 * n[i] + b3 * ahead * ahead
        p[i] = shrink * (p[i] - lr * (m[i] + k2 * v[i]) / (sqrt(n[i]) + e))


@OPTIMIZERS.register("adan")
@dataclass(frozen=True)
class Adan(Optimizer):
    """With Δ = g − g of the step before (0 at first):
    m ← (1 − β₁) m + β₁ g;  v ← (1 − β₂) v + β₂ Δ;  n ← (1 − β₃) n + β₃ (g + (1 − β₂) Δ)²;
    p ← (p − lr · (m + (1 − β₂) v) / (√n + ε)) / (1 + lr · weight_decay).  The first step sets m = g, v = 0, n = g².

    The paper's β count what is taken in: its 0.02 is what others write as 0.98.
    """

    lr: Rate = 1e-3
    beta1: Annotated[float, Gt(0), Le(1)] = 0.02
    beta2: Annotated[float, Gt(0), Le(1)] = 0.08
    beta3: Annotated[float, Gt(0), Le(1)] = 0.01
    eps: Epsilon = 1e-8
    weight_decay: Decay = 0.0

    states = ("m", "v", "n", "before")

    def update(self, p, g, states, hyper, decay):
        rate = self.weight_decay if decay else 0.0
        adan(p, g, *states, hyper, np.array([self.beta1, self.beta2, self.beta3, self.eps, rate]))
