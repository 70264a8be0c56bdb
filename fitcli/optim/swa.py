"""SWA (Izmailov et al., Averaging weights leads to wider optima and better generalization, 2018)."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import Annotated

import numpy as np
from annotated_types import Ge, Gt, Lt

from fitcli.kernels.kernel import kernel
from fitcli.optim import OPTIMIZERS
from fitcli.optim.wrapper import Wrapper


@kernel
def average_in(average, p, hyper, settings):
    """settings float64 [start, every]: average = p as long as step t ≤ start · T, then the mean of every n-th p."""
    t, after = int(hyper[1]), ceil(settings[0] * hyper[2] - 1e-6)
    every = int(settings[1])
    if t <= after:
        part = 1.0
    elif (t - after - 1) % every == 0:
        part = 1.0 / ((t - after - 1) // every + 1)
    else:
        part = 0.0
    keep, take = p.dtype.type(1.0 - part), p.dtype.type(part)
    for i in range(p.size):
        average[i] = keep * average[i] + take * p[i]


@OPTIMIZERS.register("swa")
@dataclass(frozen=True)
class SWA(Wrapper):
    """After the first `start` of all steps, at every n-th step of the optimizer: average = the mean of the p so far.

    The average is what is validated and saved (p itself, up to `start`). The paper keeps the rate constant, or cyclic,
    while it averages. Batch norm's statistics are measured for the average on the training images.
    """

    start: Annotated[float, Ge(0), Lt(1)] = 0.75  # part of all steps that are not averaged
    every: Annotated[int, Gt(0)] = 1

    own = ("average",)
    evaluation = "average"

    def update(self, p, g, states, hyper, decay):
        super().update(p, g, states, hyper, decay)
        settings = np.array([self.start, float(self.every)])
        average_in(states[0].reshape(-1), p.reshape(-1), hyper, settings)
