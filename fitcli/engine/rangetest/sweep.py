"""Steps at rates that grow, from a state that comes back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from fitcli.data.dataset import Dataset
from fitcli.engine.batches import Batch, Batches
from fitcli.engine.trainer import Trainer
from fitcli.errors import DivergedError

GROWN = 4.0  # times the least loss so far: beyond it there is nothing left to see
_AVERAGED = 5  # losses in the mean that this is asked of
_FEWEST = 10  # steps before it is asked


@dataclass(frozen=True, eq=False)
class Sweep:
    """`losses[i]` was met before the step at `rates[i]`, on a batch of its own. `stopped` says why there are no more."""

    rates: np.ndarray
    losses: np.ndarray
    stopped: str = ""


@contextmanager
def borrowed(trainer: Trainer) -> Iterator[None]:
    """Inside, the trainer may step; behind it every number it keeps is again what it was, bit for bit."""
    arrays = {name: array.copy() for name, array in trainer.arrays().items()}
    step, hyper = trainer.step, trainer.memory.hyper.copy()
    try:
        yield
    finally:
        trainer.restore(arrays, step)
        trainer.memory.hyper[:] = hyper


def rates_between(least: float, most: float, steps: int) -> np.ndarray:
    """rate_t = least · (most / least)^(t / (steps − 1)): as many steps in each decade."""
    return np.geomspace(least, most, steps)


def sweep(trainer: Trainer, train: Dataset, size: int, rates: np.ndarray,
          progress: Callable[[int, int], None] | None = None) -> Sweep:  # fmt: skip
    """One step at each rate, on the batches that training would take; the trainer is as before afterwards.

    It ends early when the loss has grown to GROWN times its least, or is not finite. DivergedError only where the
    loss is not finite before anything has moved.
    """
    losses: list[float] = []
    stopped = ""
    with borrowed(trainer):
        for batch, rate in zip(_whole(Batches(trainer.model.spec, train, size)), rates, strict=False):
            try:
                step = trainer.descend(batch.images, batch.labels, float(rate), *batch.mixed)
            except DivergedError:
                if not losses:
                    raise
                stopped = "the loss is not finite any more"
                break
            losses.append(step.loss)
            if progress:
                progress(len(losses), len(rates))
            if _FEWEST < len(losses) < len(rates) and _grown(losses):
                stopped = f"the loss has grown to {GROWN:g} times its least"
                break
    return Sweep(rates[: len(losses)], np.array(losses), stopped)


def _grown(losses: list[float]) -> bool:
    means = np.convolve(losses, np.full(_AVERAGED, 1 / _AVERAGED), "valid")
    return means[-1] > GROWN * max(means.min(), 1e-9)


def _whole(batches: Batches) -> Iterator[Batch]:
    """The whole batches of one epoch after another, without an end."""
    epoch = 0
    while True:
        for index in range(len(batches.train) // batches.size):
            yield batches.at(epoch, index)
        epoch += 1
