"""AdamW (Loshchilov & Hutter, Decoupled weight decay regularization, 2019)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np
from annotated_types import Ge, Gt, Lt

from fitcli.optim import OPTIMIZERS
from fitcli.optim.adam import adam
from fitcli.optim.base import Optimizer


@OPTIMIZERS.register("adamw")
@dataclass(frozen=True)
class AdamW(Optimizer):
    """p ← (1 − lr · weight_decay) p, then Adam's step with the gradient alone."""

    lr: Annotated[float, Gt(0)] = 1e-3
    beta1: Annotated[float, Ge(0), Lt(1)] = 0.9
    beta2: Annotated[float, Ge(0), Lt(1)] = 0.999
    eps: Annotated[float, Gt(0)] = 1e-8
    weight_decay: Annotated[float, Ge(0)] = 0.01

    states = ("m", "v")

    def update(self, p, g, states, hyper, decay):
        settings = np.array([self.beta1, self.beta2, self.eps, self.weight_decay if decay else 0.0])
        adam(p, g, *states, hyper, settings, True)
