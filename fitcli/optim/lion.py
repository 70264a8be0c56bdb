"""Lion (Chen et al., Symbolic discovery of optimization algorithms, 2023)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fitcli.kernels.kernel import kernel
from fitcli.optim import OPTIMIZERS
from fitcli.optim.base import Optimizer
from fitcli.optim.settings import Beta, Decay, Rate


@kernel
def lion(p, g, m, hyper, settings):
    """settings float64 [β₁, β₂, weight decay]."""
    number = p.dtype.type
    beta1, beta2, decay = settings
    b1, c1, b2, c2 = number(beta1), number(1.0 - beta1), number(beta2), number(1.0 - beta2)
    lr, shrink, zero = number(hyper[0]), number(1.0 - hyper[0] * decay), number(0.0)
    for i in range(p.size):
        c = b1 * m[i] + c1 * g[i]
        m[i] = b2 * m[i] + c2 * g[i]
        p[i] = shrink * p[i] - (lr if c > zero else (-lr if c < zero else zero))


@OPTIMIZERS.register("lion")
@dataclass(frozen=True)
class Lion(Optimizer):
    """c = β₁ m + (1 − β₁) g;  p ← (1 − lr · weight_decay) p − lr · sign(c);  m ← β₂ m + (1 − β₂) g.

    Every number moves by lr: a rate 3 to 10 times below Adam's, with a decay as many times above, is usual.
    """

    lr: Rate = 1e-4
    beta1: Beta = 0.9
    beta2: Beta = 0.99
    weight_decay: Decay = 0.0

    states = ("m",)

    def update(self, p, g, states, hyper, decay):
        lion(p, g, *states, hyper, np.array([self.beta1, self.beta2, self.weight_decay if decay else 0.0]))
