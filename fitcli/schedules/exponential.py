"""Exponential decay."""

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Gt, Le

from fitcli.schedules import SCHEDULES
from fitcli.schedules.base import Schedule


@SCHEDULES.register("exponential")
@dataclass(frozen=True)
class Exponential(Schedule):
    """factor = final^(t / T), t counted from the end of the warm-up: the same part is lost at every step."""

    final: Annotated[float, Gt(0), Le(1)] = 0.01  # factor that it ends at, one step behind the last

    def after(self, step, steps, observed):
        return self.final ** (step / steps)
