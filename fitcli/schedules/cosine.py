"""Cosine annealing with linear warm-up (Loshchilov & Hutter, SGDR, 2017; warm-up: Goyal et al., 2017)."""

from dataclasses import dataclass
from math import ceil, cos, pi
from typing import Annotated

from annotated_types import Ge, Le, Lt

from fitcli.schedules import SCHEDULES


@SCHEDULES.register("cosine")
@dataclass(frozen=True)
class Cosine:
    """factor(t) = (t + 1) / w for the first w = ⌈warmup · T⌉ steps, then
    final + (1 − final) · (1 + cos(π · (t − w) / (T − w))) / 2, with t counted from 0 and T steps in all.
    """

    warmup: Annotated[float, Ge(0), Lt(1)] = 0.0  # part of all steps that the rate climbs
    final: Annotated[float, Ge(0), Le(1)] = 0.0  # factor that the fall ends at, one step behind the last

    def factor(self, step: int, steps: int) -> float:
        climb = ceil(round(self.warmup * steps, 6))  # 0.07 · 100 is 7, not 7.000000000000001
        if step < climb:
            return (step + 1) / climb
        progress = (step - climb) / max(1, steps - climb)
        return self.final + (1 - self.final) * (1 + cos(pi * min(1.0, progress))) / 2
