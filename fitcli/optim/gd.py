"""Gradient descent (Cauchy, Méthode générale pour la résolution des systèmes d'équations simultanées, 1847)."""

from __future__ import annotations

from dataclasses import dataclass

from fitcli.optim import OPTIMIZERS
from fitcli.optim.base import Optimizer
from fitcli.optim.settings import Decay, Rate
from fitcli.optim.sgd import sgd


@OPTIMIZERS.register("gd")
@dataclass(frozen=True)
class GD(Optimizer):
    """p ← p − lr · (∇L(p) + weight_decay · p), L the mean loss over all training images: one step an epoch.

    Where L has curvature at most Λ it falls at every step as long as lr < 2 / Λ.
    """

    lr: Rate = 0.1
    weight_decay: Decay = 0.0

    full_batch = True

    def update(self, p, g, states, hyper, decay):
        sgd(p, g, hyper, self.weight_decay if decay else 0.0)
