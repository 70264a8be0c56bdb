"""One cycle (Smith & Topin, Super-convergence: very fast training using large learning rates, 2018)."""

from dataclasses import dataclass
from math import cos, pi
from typing import Annotated, Literal

from annotated_types import Ge, Gt, Lt

from fitcli.schedules import SCHEDULES
from fitcli.schedules.base import Schedule


@SCHEDULES.register("one_cycle")
@dataclass(frozen=True)
class OneCycle(Schedule):
    """From 1 / start up to 1 over the first part `peak` of the steps, then down to 1 / (start · end).

    By half cosines, or by straight lines.
    """

    peak: Annotated[float, Gt(0), Lt(1)] = 0.3  # part of the steps behind the warm-up
    start: Annotated[float, Ge(1)] = 25.0
    end: Annotated[float, Ge(1)] = 1e4
    shape: Literal["cosine", "linear"] = "cosine"

    def after(self, step, steps, observed):
        x = min(1.0, step / steps)
        low, last = 1 / self.start, 1 / (self.start * self.end)
        if x < self.peak:
            return self._between(low, 1.0, x / self.peak)
        return self._between(1.0, last, (x - self.peak) / (1 - self.peak))

    def _between(self, a: float, b: float, x: float) -> float:
        return a + (b - a) * (x if self.shape == "linear" else (1 - cos(pi * x)) / 2)
