"""Reduce on a plateau: the rate falls when a logged metric has stopped getting better."""

from dataclasses import dataclass
from math import inf, isfinite
from typing import Annotated, Literal

from annotated_types import Ge, Gt, Lt

from fitcli.schedules import SCHEDULES
from fitcli.schedules.base import Schedule


@SCHEDULES.register("plateau")
@dataclass(frozen=True)
class Plateau(Schedule):
    """factor = max(final, gamma^n), n the number of times that more than `patience` epochs in a row were no better than
    the best before by `threshold` (relative).

    After each fall `cooldown` epochs are not counted. All of it follows from the epochs in the log. val_f1 and val_map
    are measured where an image may be of several classes.
    """

    metric: Literal["val_loss", "val_accuracy", "val_f1", "val_map", "train_loss", "train_accuracy"] = "val_loss"
    gamma: Annotated[float, Gt(0), Lt(1)] = 0.1
    patience: Annotated[int, Ge(0)] = 5
    threshold: Annotated[float, Ge(0), Lt(1)] = 1e-4
    cooldown: Annotated[int, Ge(0)] = 0
    final: Annotated[float, Ge(0), Lt(1)] = 0.0  # factor that it never falls below

    @property
    def watches(self):
        return self.metric

    def after(self, step, steps, observed):
        sign = 1 if self.metric.endswith("loss") else -1
        falls, bad, wait, best = 0, 0, 0, inf
        for value in observed:
            if value is not None and sign * value < (best - self.threshold * abs(best) if isfinite(best) else best):
                best, bad = sign * value, 0
            else:
                bad += 1
            if wait:
                wait, bad = wait - 1, 0
            if bad > self.patience:
                falls, bad, wait = falls + 1, 0, self.cooldown
        return max(self.final, self.gamma**falls)
