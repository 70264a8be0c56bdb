"""Exponential moving average of the weights (Polyak & Juditsky, 1992; Tarvainen & Valpola, 2017)."""

from __future__ import annotations

from dataclasses import dataclass

from fitcli.kernels.kernel import kernel
from fitcli.optim import OPTIMIZERS
from fitcli.optim.settings import Beta
from fitcli.optim.wrapper import Wrapper


@kernel
def follow(average, p, hyper, decay):
    number = p.dtype.type
    keep = decay if hyper[1] > 1.0 else number(0.0)
    take = number(1.0) - keep
    for i in range(p.size):
        average[i] = keep * average[i] + take * p[i]


@OPTIMIZERS.register("ema")
@dataclass(frozen=True)
class EMA(Wrapper):
    """After each step of the optimizer: average ← decay · average + (1 − decay) · p, average = p after the first.

    The average is what is validated and saved, beside p, which is trained as without it. Batch norm's statistics are
    measured for it on the training images.
    """

    decay: Beta = 0.999

    own = ("average",)
    evaluation = "average"

    def update(self, p, g, states, hyper, decay):
        super().update(p, g, states, hyper, decay)
        follow(states[0].reshape(-1), p.reshape(-1), hyper, self.decay)
