"""Step decay at chosen places (as in He et al., Deep residual learning for image recognition, 2016)."""

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Gt, Le, Lt

from fitcli.schedules import SCHEDULES
from fitcli.schedules.base import Schedule, steps_of


@SCHEDULES.register("multistep")
@dataclass(frozen=True)
class MultiStep(Schedule):
    """factor = gamma^n, n the number of places m in `at` with t ≥ ⌈m · T⌉, t counted from the end of the warm-up,
    of T steps.
    """

    at: tuple[Annotated[float, Gt(0), Lt(1)], ...] = (0.5, 0.75)  # parts of the steps behind the warm-up
    gamma: Annotated[float, Gt(0), Le(1)] = 0.1

    def after(self, step, steps, observed):
        return self.gamma ** sum(step >= steps_of(place, steps) for place in self.at)
