"""Inverse square root decay (Vaswani et al., Attention is all you need, 2017)."""

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Gt, Lt

from fitcli.schedules import SCHEDULES
from fitcli.schedules.base import Schedule


@SCHEDULES.register("inverse_sqrt")
@dataclass(frozen=True)
class InverseSqrt(Schedule):
    """factor = 1 / √(1 + t / (scale · T)), t counted from the end of the warm-up, of T steps.

    With scale · T as long as the warm-up it is the paper's.
    """

    scale: Annotated[float, Gt(0), Lt(1)] = 0.05  # part of the steps behind the warm-up in which it falls to 1 / √2

    def after(self, step, steps, observed):
        return (1 + step / (self.scale * steps)) ** -0.5
