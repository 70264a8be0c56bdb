"""Nesterov's accelerated gradient (Nesterov, 1983), as momentum (Sutskever et al., 2013).

Y. Nesterov, A method of solving a convex programming problem with convergence rate O(1/k²). I. Sutskever and others,
On the importance of initialization and momentum in deep learning.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Gt, Lt

from fitcli.optim import OPTIMIZERS
from fitcli.optim.base import Optimizer
from fitcli.optim.settings import Decay, Rate
from fitcli.optim.sgd import sgd_momentum


@OPTIMIZERS.register("nesterov")
@dataclass(frozen=True)
class Nesterov(Optimizer):
    """v ← momentum · v + g;  p ← p − lr · (g + momentum · v).

    p is where the paper's gradient is taken, ahead of its iterate by momentum · v. weight_decay adds weight_decay · p
    to g.
    """

    lr: Rate = 0.01
    momentum: Annotated[float, Gt(0), Lt(1)] = 0.9
    weight_decay: Decay = 0.0

    states = ("v",)

    def update(self, p, g, states, hyper, decay):
        sgd_momentum(p, g, *states, hyper, self.momentum, 0.0, self.weight_decay if decay else 0.0, True)
