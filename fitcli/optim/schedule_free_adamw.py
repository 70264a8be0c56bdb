"""Schedule-free AdamW (Defazio et al., The road less scheduled, 2024)."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np

from fitcli.kernels.kernel import kernel
from fitcli.optim import OPTIMIZERS
from fitcli.optim.base import Optimizer
from fitcli.optim.schedule_free_sgd import advance_weights
from fitcli.optim.settings import Beta, Decay, Epsilon, Rate


@kernel
def schedule_free_adamw(y, g, x, z, v, hyper, settings):
    """hyper [lr, t, T, Σ lr², c]; settings float64 [β₁, β₂, ε, weight decay]."""
    number = y.dtype.type
    beta1, beta2, eps, decay = settings
    lr, added = number(hyper[0]), number(decay)
    old, new = number(1.0 - hyper[4]), number(hyper[4])
    of_z, of_x = number(1.0 - beta1), number(beta1)
    b2, c2 = number(beta2), number(1.0 - beta2)
    root, e = number(1.0 / sqrt(1.0 - beta2 ** hyper[1])), number(eps)
    first = hyper[1] == 1.0
    for i in range(y.size):
        a = y[i] if first else z[i]
        b = y[i] if first else x[i]
        v[i] = b2 * v[i] + c2 * g[i] * g[i]
        z[i] = a - lr * (g[i] / (sqrt(v[i]) * root + e) + added * y[i])
        x[i] = old * b + new * z[i]
        y[i] = of_z * z[i] + of_x * x[i]


@OPTIMIZERS.register("schedule_free_adamw")
@dataclass(frozen=True)
class ScheduleFreeAdamW(Optimizer):
    """v ← β₂ v + (1 − β₂) g², v̂ = v / (1 − β₂ᵗ);  z ← z − lr · (g / (√v̂ + ε) + weight_decay · y);
    c = lr² / Σ lr²;  x ← (1 − c) x + c z;  y = (1 − β₁) z + β₁ x.

    The gradient is taken at y, which is what is trained; x is what is validated and saved. It wants no schedule but a
    warm-up.
    """

    lr: Rate = 2.5e-3
    beta1: Beta = 0.9
    beta2: Beta = 0.999
    eps: Epsilon = 1e-8
    weight_decay: Decay = 0.0

    states = ("x", "z", "v")
    scalars = ("squares", "c")
    evaluation = "x"

    def advance(self, hyper):
        advance_weights(hyper)

    def update(self, p, g, states, hyper, decay):
        settings = np.array([self.beta1, self.beta2, self.eps, self.weight_decay if decay else 0.0])
        schedule_free_adamw(p, g, *states, hyper, settings)
