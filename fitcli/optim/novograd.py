"""NovoGrad (Ginsburg et al., Stochastic gradient methods with layer-wise adaptive moments, 2019)."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np

from fitcli.kernels.kernel import kernel
from fitcli.optim import OPTIMIZERS
from fitcli.optim.base import Optimizer
from fitcli.optim.settings import Beta, Decay, Epsilon, Rate


@kernel
def novograd(p, g, m, v, hyper, settings):
    """settings float64 [β₁, β₂, ε, weight decay]; v is one number a layer, at the head of its vector."""
    number = p.dtype.type
    beta1, beta2, eps, decay = settings
    squares = 0.0
    for i in range(p.size):
        squares += g[i] * g[i]
    if hyper[1] > 1.0:
        squares = beta2 * v[0] + (1.0 - beta2) * squares
    v[0] = squares
    lr, b1 = number(hyper[0]), number(beta1)
    scale, added = number(1.0 / (sqrt(squares) + eps)), number(decay)
    for i in range(p.size):
        m[i] = b1 * m[i] + (scale * g[i] + added * p[i])
        p[i] -= lr * m[i]


@OPTIMIZERS.register("novograd")
@dataclass(frozen=True)
class NovoGrad(Optimizer):
    """For each layer v ← β₂ v + (1 − β₂) ‖g‖², v = ‖g‖² at first;
    m ← β₁ m + g / (√v + ε) + weight_decay · p;  p ← p − lr · m.
    """

    lr: Rate = 0.01
    beta1: Beta = 0.95
    beta2: Beta = 0.98
    eps: Epsilon = 1e-8
    weight_decay: Decay = 0.0

    states = ("m", "v")
    whole_blocks = True

    def update(self, p, g, states, hyper, decay):
        m, v = (state.reshape(-1) for state in states)
        settings = np.array([self.beta1, self.beta2, self.eps, self.weight_decay if decay else 0.0])
        novograd(p.reshape(-1), g.reshape(-1), m, v, hyper, settings)
