"""LARS (You, Gitman & Ginsburg, Large batch training of convolutional networks, 2017)."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Annotated

import numpy as np
from annotated_types import Ge, Gt

from fitcli.kernels.kernel import kernel
from fitcli.optim import OPTIMIZERS
from fitcli.optim.base import Optimizer
from fitcli.optim.settings import Beta, Decay, Rate


@kernel
def lars(p, g, v, hyper, settings, adapted):
    """settings float64 [momentum, η, weight decay, ε]."""
    number = p.dtype.type
    momentum, eta, decay, eps = settings
    squares_p, squares_g = 0.0, 0.0
    for i in range(p.size):
        squares_p += p[i] * p[i]
        squares_g += g[i] * g[i]
    local = 1.0
    if adapted and squares_p > 0.0 and squares_g > 0.0:
        local = eta * sqrt(squares_p) / (sqrt(squares_g) + decay * sqrt(squares_p) + eps)
    rate, mu, added = number(hyper[0] * local), number(momentum), number(decay)
    for i in range(p.size):
        v[i] = mu * v[i] + rate * (g[i] + added * p[i])
        p[i] -= v[i]


@OPTIMIZERS.register("lars")
@dataclass(frozen=True)
class LARS(Optimizer):
    """For each layer λ = η ‖p‖ / (‖g‖ + weight_decay · ‖p‖ + ε);
    v ← momentum · v + lr · λ · (g + weight_decay · p);  p ← p − v.

    λ = 1 for biases and norms, and where p or g is zero.
    """

    lr: Rate = 1.0
    momentum: Beta = 0.9
    eta: Annotated[float, Gt(0)] = 0.001
    weight_decay: Decay = 0.0
    eps: Annotated[float, Ge(0)] = 1e-9

    states = ("v",)
    whole_blocks = True

    def update(self, p, g, states, hyper, decay):
        settings = np.array([self.momentum, self.eta, self.weight_decay if decay else 0.0, self.eps])
        lars(p.reshape(-1), g.reshape(-1), states[0].reshape(-1), hyper, settings, p.ndim > 1)
