"""Early stopping: a fit ends when its validation has not become better for some epochs, with the best epoch's weights.

Prechelt, Early stopping - but when? (1998). With it the model file is written after the epochs that are the best so far,
and only after those; that epoch is kept in the checkpoint, so a fit that goes on counts on as if it had never stopped.
"""

from __future__ import annotations

from pathlib import Path

from fitcli.engine.better import is_better
from fitcli.engine.keep import Keeper
from fitcli.engine.modelfile import load_model


class Stopping:
    """Around a keeper, in whose progress the event of the best epoch is."""

    def __init__(self, keeper: Keeper):
        self.keeper = keeper
        self.settings = keeper.spec.fit.early_stopping
        self.restored = False

    @property
    def waited(self) -> int:
        """Epochs since the best one."""
        progress = self.keeper.progress
        return progress.last["epoch"] - progress.best["epoch"] if progress.best else 0

    @property
    def done(self) -> bool:
        return self.settings is not None and self.waited >= self.settings.patience

    def look(self, event: dict, good: bool = True) -> bool:
        """At the end of an epoch: whether its weights are to be kept as the model. Where a fit may go back, a state that
        is not `good` could be gone back from, and only then be the best when it is the first."""
        if self.settings is None:
            return True
        best = self.keeper.progress.best
        if better := (good or not best) and is_better(event, best, self.settings.metric, self.settings.min_delta):
            self.keeper.progress.best = event
        return better

    def told(self) -> dict:
        """The event that ends the fit."""
        last, best, metric = self.keeper.progress.last, self.keeper.progress.best, self.settings.metric
        return {
            "event": "stop", "step": last["step"], "epoch": last["epoch"], "best_epoch": best["epoch"],
            metric: best[metric], "message": self.message(),
        }  # fmt: skip

    def message(self) -> str:
        last, best, metric = self.keeper.progress.last, self.keeper.progress.best, self.settings.metric
        what = f"{metric.replace('_', ' ')} has not been better than {best[metric]:.4f} of epoch {best['epoch']}"
        return f"stopped after epoch {last['epoch']}: {what} for {self.waited} epochs"

    def over(self, steps: int, epochs: int) -> list[str]:
        """Why a fit that has done all of its `steps`, or enough, does nothing more; and how it would."""
        if self.done:
            return [f"{self.message()}; for more: --set fit.early_stopping.patience={2 * self.waited}"]
        if self.keeper.trainer.step >= steps:
            return [f"all {epochs} epochs are done; for more: --set fit.epochs={2 * epochs}"]
        return []

    def restore(self, path: Path) -> dict:
        """Give the model the best epoch's weights, from its file at `path`; the event that epoch ended with."""
        progress = self.keeper.progress
        if self.settings is None or not progress.best:
            return progress.last
        self.keeper.trainer.model.load_arrays(load_model(path).arrays)
        self.restored = True
        return progress.best | {"best_epoch": progress.best["epoch"]}
