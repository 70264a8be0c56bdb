"""RMSprop (Tieleman & Hinton, 2012), centered and with momentum as in Graves (2013).

T. Tieleman and G. Hinton, Neural networks for machine learning, lecture 6.5. A. Graves, Generating sequences with
recurrent neural networks.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np

from fitcli.kernels.kernel import kernel
from fitcli.optim import OPTIMIZERS
from fitcli.optim.base import Optimizer
from fitcli.optim.settings import Beta, Decay, Epsilon, Rate


@kernel
def rmsprop(p, g, s, a, v, hyper, settings):
    """settings float64 [α, ε, momentum, weight decay]; a is None unless centered, v is None without momentum."""
    number = p.dtype.type
    alpha, eps, momentum, decay = settings
    lr, r, c = number(hyper[0]), number(alpha), number(1.0 - alpha)
    e, mu, added = number(eps), number(momentum), number(decay)
    for i in range(p.size):
        d = g[i] + added * p[i]
        s[i] = r * s[i] + c * d * d
        variance = s[i]
        if a is not None:
            a[i] = r * a[i] + c * d
            variance = max(variance - a[i] * a[i], number(0.0))
        x = d / (sqrt(variance) + e)
        if v is not None:
            v[i] = mu * v[i] + x
            x = v[i]
        p[i] -= lr * x


@OPTIMIZERS.register("rmsprop")
@dataclass(frozen=True)
class RMSprop(Optimizer):
    """s ← α s + (1 − α) g²;  p ← p − lr · g / (√s + ε).

    centered: a ← α a + (1 − α) g, and s − a² in place of s. momentum: v ← momentum · v + g / (√s + ε);  p ← p − lr · v.
    weight_decay adds weight_decay · p to g.
    """

    lr: Rate = 0.01
    alpha: Beta = 0.99
    eps: Epsilon = 1e-8
    momentum: Beta = 0.0
    centered: bool = False
    weight_decay: Decay = 0.0

    @property
    def states(self):
        return ("s", *(("a",) if self.centered else ()), *(("v",) if self.momentum else ()))

    def update(self, p, g, states, hyper, decay):
        held = dict(zip(self.states, states, strict=True))
        settings = np.array([self.alpha, self.eps, self.momentum, self.weight_decay if decay else 0.0])
        rmsprop(p, g, held["s"], held.get("a"), held.get("v"), hyper, settings)
