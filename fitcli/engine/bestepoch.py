"""The best epoch so far: its model is kept beside the last one, and its checkpoint beside the newest."""

from __future__ import annotations

from fitcli.engine.better import beats
from fitcli.engine.keep import Keeper


class BestEpoch:
    """Around a keeper, in whose progress the event of that epoch is. Without validation images there is none."""

    def __init__(self, keeper: Keeper):
        self.keeper = keeper
        self.metric = keeper.spec.fit.keep_best

    def look(self, event: dict, good: bool = True) -> bool:
        """At the end of an epoch: whether it is the best one. One that is not `good` only when it is the first: where a
        fit may go back it could be gone back from."""
        best = self.keeper.progress.kept
        if self.metric not in event or not (good or not best) or not beats(event, best, self.metric):
            return False
        self.keeper.progress.kept = event
        return True

    def told(self) -> dict:
        """For the last event of a fit."""
        best = self.keeper.progress.kept
        if self.metric not in best:
            return {}
        return {"best": {"epoch": best["epoch"], "metric": self.metric, "value": best[self.metric]}}
