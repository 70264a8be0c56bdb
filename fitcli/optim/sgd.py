"""Stochastic gradient descent (Robbins & Monro, 1951) with momentum (Polyak, 1964; Nesterov, 1983)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge, Le

from fitcli.kernels.kernel import kernel
from fitcli.optim import OPTIMIZERS
from fitcli.optim.base import Optimizer
from fitcli.optim.settings import Beta, Decay, Rate


@kernel
def sgd(p, g, hyper, decay):
    lr = p.dtype.type(hyper[0])
    for i in range(p.size):
        p[i] -= lr * (g[i] + decay * p[i])


@kernel
def sgd_momentum(p, g, v, hyper, momentum, dampening, decay, nesterov):
    lr = p.dtype.type(hyper[0])
    taken = p.dtype.type(1.0) if hyper[1] == 1.0 else p.dtype.type(1.0) - dampening
    if nesterov:
        for i in range(p.size):
            d = g[i] + decay * p[i]
            v[i] = momentum * v[i] + d
            p[i] -= lr * (d + momentum * v[i])
    else:
        for i in range(p.size):
            v[i] = momentum * v[i] + taken * (g[i] + decay * p[i])
            p[i] -= lr * v[i]


@OPTIMIZERS.register("sgd")
@dataclass(frozen=True)
class SGD(Optimizer):
    """g ← g + weight_decay · p;  v ← momentum · v + g;  p ← p − lr · v, or − lr · (g + momentum · v) with nesterov.

    dampening: v ← momentum · v + (1 − dampening) · g in every step but the first, which sets v = g.
    """

    lr: Rate = 0.1
    momentum: Beta = 0.0
    nesterov: bool = False
    dampening: Annotated[float, Ge(0), Le(1)] = 0.0
    weight_decay: Decay = 0.0

    def __post_init__(self) -> None:
        if self.nesterov and self.momentum == 0:
            raise ValueError("nesterov needs a momentum above 0, such as 0.9")
        if self.dampening and (self.nesterov or self.momentum == 0):
            raise ValueError("dampening needs a momentum above 0, without nesterov")

    @property
    def states(self):
        return ("v",) if self.momentum else ()

    def update(self, p, g, states, hyper, decay):
        rate = self.weight_decay if decay else 0.0
        if self.momentum:
            sgd_momentum(p, g, states[0], hyper, self.momentum, self.dampening, rate, self.nesterov)
        else:
            sgd(p, g, hyper, rate)
