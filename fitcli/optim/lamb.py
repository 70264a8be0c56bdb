"""LAMB (You et al., Large batch optimization for deep learning: training BERT in 76 minutes, 2020)."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np

from fitcli.kernels.kernel import kernel
from fitcli.optim import OPTIMIZERS
from fitcli.optim.base import Optimizer
from fitcli.optim.settings import Beta, Decay, Epsilon, Rate


@kernel
def lamb(p, g, m, v, hyper, settings, adapted):
    """settings float64 [β₁, β₂, ε, weight decay]."""
    number = p.dtype.type
    lr, t = hyper[0], hyper[1]
    beta1, beta2, eps, decay = settings
    b1, c1, b2, c2 = number(beta1), number(1.0 - beta1), number(beta2), number(1.0 - beta2)
    of_m, of_v = number(1.0 / (1.0 - beta1**t)), number(1.0 / sqrt(1.0 - beta2**t))
    e, added = number(eps), number(decay)
    squares_p, squares_r = 0.0, 0.0
    for i in range(p.size):
        m[i] = b1 * m[i] + c1 * g[i]
        v[i] = b2 * v[i] + c2 * g[i] * g[i]
        r = of_m * m[i] / (sqrt(v[i]) * of_v + e) + added * p[i]
        squares_p += p[i] * p[i]
        squares_r += r * r
    ratio = 1.0
    if adapted and squares_p > 0.0 and squares_r > 0.0:
        ratio = sqrt(squares_p / squares_r)
    rate = number(lr * ratio)
    for i in range(p.size):
        p[i] -= rate * (of_m * m[i] / (sqrt(v[i]) * of_v + e) + added * p[i])


@OPTIMIZERS.register("lamb")
@dataclass(frozen=True)
class LAMB(Optimizer):
    """For each layer r = m̂ / (√v̂ + ε) + weight_decay · p, m̂ and v̂ as in Adam;  p ← p − lr · ‖p‖ / ‖r‖ · r.

    The quotient is 1 for biases and norms, and where p or r is zero.
    """

    lr: Rate = 0.01
    beta1: Beta = 0.9
    beta2: Beta = 0.999
    eps: Epsilon = 1e-6
    weight_decay: Decay = 0.01

    states = ("m", "v")
    whole_blocks = True

    def update(self, p, g, states, hyper, decay):
        m, v = (state.reshape(-1) for state in states)
        settings = np.array([self.beta1, self.beta2, self.eps, self.weight_decay if decay else 0.0])
        lamb(p.reshape(-1), g.reshape(-1), m, v, hyper, settings, p.ndim > 1)
