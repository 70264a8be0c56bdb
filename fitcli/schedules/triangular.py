"""Triangular cycles (Smith, Cyclical learning rates for training neural networks, 2017)."""

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge, Gt, Le

from fitcli.schedules import SCHEDULES
from fitcli.schedules.base import Schedule


@SCHEDULES.register("triangular")
@dataclass(frozen=True)
class Triangular(Schedule):
    """factor = low + (1 − low) · gamma^n · (1 − |2 x − 1|), x from 0 to 1 over the n-th of `cycles` equal cycles.

    gamma = 1 is the paper's `triangular`, 0.5 its `triangular2`.
    """

    cycles: Annotated[int, Gt(0)] = 3
    low: Annotated[float, Ge(0), Le(1)] = 0.1
    gamma: Annotated[float, Gt(0), Le(1)] = 1.0

    def after(self, step, steps, observed):
        n, rest = divmod(step * self.cycles, steps)
        return self.low + (1 - self.low) * self.gamma**n * (1 - abs(2 * rest / steps - 1))
