"""The heavy ball (Polyak, Some methods of speeding up the convergence of iteration methods, 1964)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Gt, Lt

from fitcli.optim import OPTIMIZERS
from fitcli.optim.base import Optimizer
from fitcli.optim.settings import Decay, Rate
from fitcli.optim.sgd import sgd_momentum


@OPTIMIZERS.register("momentum")
@dataclass(frozen=True)
class Momentum(Optimizer):
    """v ← momentum · v + g;  p ← p − lr · v, which is p ← p − lr · g + momentum · (p − p of the step before).

    weight_decay adds weight_decay · p to g.
    """

    lr: Rate = 0.01
    momentum: Annotated[float, Gt(0), Lt(1)] = 0.9
    weight_decay: Decay = 0.0

    states = ("v",)

    def update(self, p, g, states, hyper, decay):
        sgd_momentum(p, g, *states, hyper, self.momentum, 0.0, self.weight_decay if decay else 0.0, False)
