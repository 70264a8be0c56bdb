"""The weights that are validated and saved, where they are not those that are trained: averages of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property

import numpy as np

from fitcli.autodiff.program import Program
from fitcli.data.dataset import Dataset
from fitcli.engine.order import epoch_order
from fitcli.engine.statistics import Statistics, has_statistics
from fitcli.engine.trainer import Trainer


class Averages:
    """With batch norm's statistics measured for them, on the training images, once for each step they are asked for at."""

    def __init__(self, trainer: Trainer, train: Dataset, batch: int):
        self.trainer, self.train, self.batch = trainer, train, batch
        self._measured: tuple[int, np.ndarray] | None = None

    @property
    def kept(self) -> bool:
        """Whether the optimizer keeps an average, and has begun to."""
        return bool(self.trainer.optimizer.evaluation) and self.trainer.step > 0

    @property
    def programs(self) -> list[Program]:
        """What has to be compiled for them."""
        return [self._statistics.program] if self._statistics else []

    @cached_property
    def _statistics(self) -> Statistics | None:
        model = self.trainer.model
        if not self.trainer.optimizer.evaluation or not has_statistics(model.graph):
            return None
        return Statistics(model, self.batch, self.trainer.threads)

    def forget(self) -> None:
        """Measure anew: a step that comes again after going back is not the same."""
        self._measured = None

    @contextmanager
    def standing(self) -> Iterator[None]:
        """Inside, the model's weights and statistics are those to validate and to save."""
        if not self.kept:
            yield
            return
        step = self.trainer.step
        if self._statistics and (self._measured is None or self._measured[0] != step):
            order = epoch_order(self.trainer.model.spec.seed, step, len(self.train), shuffle=True)
            with self.trainer.evaluating():
                self._measured = step, self._statistics.measure(self.train.images, order)
        with self.trainer.evaluating(self._measured[1] if self._statistics else None):
            yield
