"""Cosine annealing with warm restarts (Loshchilov & Hutter, SGDR, 2017)."""

from dataclasses import dataclass
from math import cos, pi
from typing import Annotated

from annotated_types import Ge, Gt

from fitcli.schedules import SCHEDULES
from fitcli.schedules.base import Fall


@SCHEDULES.register("cosine")
@dataclass(frozen=True)
class Cosine(Fall):
    """factor = final + (1 − final) · (1 + cos(π x)) / 2, x from 0 to 1 over each cycle.

    Behind the warm-up and `hold` come `cycles` cycles, each `stretch` times as long as the one before.
    """

    cycles: Annotated[int, Gt(0)] = 1
    stretch: Annotated[float, Ge(1)] = 1.0

    def shape(self, x):
        lengths = [self.stretch**i for i in range(self.cycles)]
        x *= sum(lengths)
        for length in lengths[:-1]:
            if x < length * (1 - 1e-9):
                break
            x -= length
        else:
            length = lengths[-1]
        return (1 + cos(pi * min(1.0, max(0.0, x / length)))) / 2
