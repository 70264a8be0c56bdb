"""signSGD and Signum (Bernstein et al., signSGD: compressed optimisation for non-convex problems, 2018)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fitcli.kernels.kernel import kernel
from fitcli.optim import OPTIMIZERS
from fitcli.optim.base import Optimizer
from fitcli.optim.settings import Beta, Decay, Rate


@kernel
def signsgd(p, g, m, hyper, settings):
    """settings float64 [momentum, weight decay]; m is None without momentum."""
    number = p.dtype.type
    momentum, decay = settings
    b, c = number(momentum), number(1.0 - momentum)
    lr, shrink, zero = number(hyper[0]), number(1.0 - hyper[0] * decay), number(0.0)
    for i in range(p.size):
        d = g[i]
        if m is not None:
            m[i] = b * m[i] + c * d
            d = m[i]
        p[i] = shrink * p[i] - (lr if d > zero else (-lr if d < zero else zero))


@OPTIMIZERS.register("signsgd")
@dataclass(frozen=True)
class SignSGD(Optimizer):
    """p ← (1 − lr · weight_decay) p − lr · sign(g).

    momentum: m ← momentum · m + (1 − momentum) g, and m in place of g.
    """

    lr: Rate = 1e-3
    momentum: Beta = 0.0
    weight_decay: Decay = 0.0

    @property
    def states(self):
        return ("m",) if self.momentum else ()

    def update(self, p, g, states, hyper, decay):
        settings = np.array([self.momentum, self.weight_decay if decay else 0.0])
        signsgd(p, g, states[0] if self.momentum else None, hyper, settings)
