"""Schedule-free SGD (Defazio et al., The road less scheduled, 2024)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fitcli.kernels.kernel import kernel
from fitcli.optim import OPTIMIZERS
from fitcli.optim.base import Optimizer
from fitcli.optim.settings import Beta, Decay, Rate


@kernel
def schedule_free_sgd(y, g, x, z, hyper, settings):
    """hyper [lr, t, T, Σ lr², c]; settings float64 [β, weight decay]."""
    number = y.dtype.type
    beta, decay = settings
    lr, added = number(hyper[0]), number(decay)
    old, new = number(1.0 - hyper[4]), number(hyper[4])
    of_z, of_x = number(1.0 - beta), number(beta)
    first = hyper[1] == 1.0
    for i in range(y.size):
        a = y[i] if first else z[i]
        b = y[i] if first else x[i]
        z[i] = a - lr * (g[i] + added * y[i])
        x[i] = old * b + new * z[i]
        y[i] = of_z * z[i] + of_x * x[i]


def advance_weights(hyper) -> None:
    """Scalars [Σ lr², c = lr² / Σ lr²]: the part that the newest iterate has in the average."""
    square = hyper[0] ** 2
    hyper[3] = square if hyper[1] == 1 else hyper[3] + square
    hyper[4] = square / hyper[3] if hyper[3] > 0 else 0.0


@OPTIMIZERS.register("schedule_free_sgd")
@dataclass(frozen=True)
class ScheduleFreeSGD(Optimizer):
    """z ← z − lr · (g + weight_decay · y);  c = lr² / Σ lr²;  x ← (1 − c) x + c z;  y = (1 − β) z + β x.

    The gradient is taken at y, which is what is trained; x is what is validated and saved. It wants no schedule but a
    warm-up.
    """

    lr: Rate = 0.1
    beta: Beta = 0.9
    weight_decay: Decay = 0.0

    states = ("x", "z")
    scalars = ("squares", "c")
    evaluation = "x"

    def advance(self, hyper):
        advance_weights(hyper)

    def update(self, p, g, states, hyper, decay):
        schedule_free_sgd(p, g, *states, hyper, np.array([self.beta, self.weight_decay if decay else 0.0]))
