"""A fit that diverges goes back to the last good state, with a smaller rate, a bounded number of times.

Weights can be lost long before their loss is no longer finite. So a state is good when an epoch has ended in it whose mean
loss was at most TOLERATED times the lowest so far, or SMALL of that at the beginning. The state that a fit begins with is
the first one; its loss is that of the first step, or ln(classes) where that is more.
"""

from __future__ import annotations

from dataclasses import replace
from math import log

from fitcli.engine.divergence import diverged
from fitcli.engine.keep import Keeper
from fitcli.errors import DivergedError

TOLERATED = 2.0
SMALL = 0.1
EXPLODED = 1e3  # times the loss at the beginning: such an epoch is taken for diverged though its loss is finite


class Rollback:
    """Around a keeper, whose `good` state it sets and returns to."""

    def __init__(self, keeper: Keeper):
        self.keeper = keeper
        self.settings = keeper.spec.fit.rollback
        self.wanted = keeper.spec.fit.on_divergence == "rollback"

    def begin(self) -> None:
        """Take the state that a fit begins, or goes on, with for a good one, unless the checkpoint holds one."""
        if self.wanted and self.keeper.good is None:
            self.keeper.remember()

    def is_good(self, loss: float) -> bool:
        """Whether an epoch of this mean loss has ended in a good state; DivergedError if it is lost."""
        if not self.wanted:
            return True
        beginning, lowest = self._beginning, self._lowest
        if loss > EXPLODED * beginning:
            what = f"the mean loss of its epoch is {loss:g}, after {lowest:g}"
            raise diverged(self.keeper.spec, self.keeper.trainer.step, what)
        return loss <= max(TOLERATED * lowest, SMALL * beginning)

    def look(self, loss: float) -> None:
        """At the end of an epoch of this mean loss: keep the state to go back to if it is good."""
        good = self.is_good(loss)
        self.keeper.progress.lowest = min(self._lowest, loss)
        if self.wanted and good:
            self.keeper.remember()

    @property
    def _beginning(self) -> float:
        return max(self.keeper.progress.first, log(len(self.keeper.train.classes)))

    @property
    def _lowest(self) -> float:
        lowest = self.keeper.progress.lowest
        return self._beginning if lowest is None else lowest

    def back(self, error: DivergedError, epoch: int) -> dict:
        """Return to the good state; the event that tells of it. Raises `error` when that is not wanted, or no longer."""
        keeper, progress, (problem, *_) = self.keeper, self.keeper.progress, error.problems
        if not self.wanted:
            raise error
        times = progress.rollbacks + 1
        if times > self.settings.times:
            told = f"{problem.message}; it has gone back {progress.rollbacks} times already"
            raise DivergedError(replace(problem, message=told)) from error
        step, rate = error.step or keeper.trainer.step + 1, progress.rate * self.settings.factor
        # each warning once: what has been told stays told
        advice = keeper.good.progress.advice | {k: v for k, v in progress.advice.items() if k == "told"}
        keeper.return_to_good(replace(keeper.good.progress, rate=rate, rollbacks=times, advice=advice))
        at = keeper.trainer.step
        where = f"back to step {at}" if at else "back to the beginning"
        return {
            "event": "rollback", "step": step, "epoch": epoch + 1, "to_step": at, "rate": rate, "times": times,
            "message": f"{problem.message}; {where}, with {rate:g} of the scheduled rate ({times} of "
                       f"{self.settings.times} times)",
        }  # fmt: skip
