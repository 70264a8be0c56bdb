"""AdamW (Loshchilov & Hutter, Decoupled weight decay regularization, 2019)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fitcli.optim import OPTIMIZERS
from fitcli.optim.adam import adam
from fitcli.optim.base import Optimizer
from fitcli.optim.settings import Beta, Decay, Epsilon, Rate


@OPTIMIZERS.register("adamw")
@dataclass(frozen=True)
class AdamW(Optimizer):
    """p ← (1 − lr · weight_decay) p, then Adam's step with the gradient alone."""

    lr: Rate = 1e-3
    beta1: Beta = 0.9
    beta2: Beta = 0.999
    eps: Epsilon = 1e-8
    weight_decay: Decay = 0.01

    states = ("m", "v")

    def update(self, p, g, states, hyper, decay):
        settings = np.array([self.beta1, self.beta2, self.eps, self.weight_decay if decay else 0.0])
        adam(p, g, *states, hyper, settings, True)
