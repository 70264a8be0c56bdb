"""Step decay: the rate falls at even distances."""

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Gt, Le, Lt

from fitcli.schedules import SCHEDULES
from fitcli.schedules.base import Schedule, steps_of


@SCHEDULES.register("step")
@dataclass(frozen=True)
class Step(Schedule):
    """factor = gamma^⌊t / ⌈every · T⌉⌋, t counted from the end of the warm-up, of T steps."""

    every: Annotated[float, Gt(0), Lt(1)] = 0.3  # part of the steps behind the warm-up
    gamma: Annotated[float, Gt(0), Le(1)] = 0.1

    def after(self, step, steps, observed):
        return self.gamma ** (step // max(1, steps_of(self.every, steps)))
