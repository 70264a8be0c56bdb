"""What a schedule is: a factor on the learning rate at every step, behind a warm-up that all of them share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Annotated

from annotated_types import Ge, Le, Lt


def steps_of(part: float, steps: int) -> int:
    """A part of all steps as whole steps, rounded up: 0.07 · 100 is 7, not 7.000000000000001."""
    return ceil(round(part * steps, 6))


@dataclass(frozen=True)
class Schedule:
    """factor(t) = (t + 1) / w · after(0) for the first w = ⌈warmup · T⌉ steps, then after(t − w) of T − w steps, with t
    counted from 0 and T steps in all.

    A schedule is a function of the step alone, or of it and of what the log holds: nothing has to be saved to resume.
    """

    warmup: Annotated[float, Ge(0), Lt(1)] = 0.0  # part of all steps that the rate climbs

    watches = ""  # the key of the log's epochs whose values so far `factor` wants to see

    def factor(self, step: int, steps: int, observed: Sequence[float | None] = ()) -> float:
        """`observed`: what the log says of `watches` for each epoch that has ended; None where it was not finite."""
        climb = min(steps_of(self.warmup, steps), steps)
        if step < climb:
            return (step + 1) / climb * self.after(0, max(1, steps - climb), ())
        return self.after(step - climb, max(1, steps - climb), observed)

    def after(self, step: int, steps: int, observed: Sequence[float | None]) -> float:
        """The factor at `step`, counted from the end of the warm-up, of the `steps` that are left then."""
        raise NotImplementedError


@dataclass(frozen=True)
class Fall(Schedule):
    """factor = 1 for the first ⌈hold · T⌉ steps behind the warm-up, then final + (1 − final) · shape(x), where x runs
    from 0 to 1 over what is left.
    """

    final: Annotated[float, Ge(0), Le(1)] = 0.0  # factor that the fall ends at, one step behind the last
    hold: Annotated[float, Ge(0), Lt(1)] = 0.0  # part of the steps behind the warm-up that the rate stays where it is

    def after(self, step, steps, observed):
        held = min(steps_of(self.hold, steps), steps)
        x = min(1.0, max(0.0, (step - held) / max(1, steps - held)))
        return self.final + (1 - self.final) * self.shape(x)

    def shape(self, x: float) -> float:
        """From shape(0) = 1 to shape(1) = 0."""
        raise NotImplementedError
