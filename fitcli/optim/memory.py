"""What an optimizer remembers between steps, and how its update is cut into slices."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from fitcli.autodiff.params import Layout, aligned_zeros
from fitcli.optim.base import Optimizer

_FIRST = 3  # where the scalars begin in hyper
_CACHED = 8192  # numbers of each vector that are still in the cache when the next pass begins


class Memory:
    """The vectors `states`, each as long as the parameters, and `hyper`, all at fixed addresses."""

    def __init__(self, optimizer: Optimizer, size: int, dtype=np.float32):
        self.optimizer = optimizer
        self.states = {name: aligned_zeros(size, dtype) for name in optimizer.states}
        self.hyper = np.zeros(_FIRST + len(optimizer.scalars))
        self._scaled: dict[float, np.ndarray] = {}  # by factor on the learning rate: hyper of the slices that have it

    def begin(self, lr: float, step: int, steps: int = 0) -> None:
        """Make step number `step`, counted from 1, of `steps` the one at work."""
        self.hyper[:_FIRST] = lr, step, steps
        self.optimizer.advance(self.hyper)
        for factor, hyper in self._scaled.items():
            hyper[:] = self.hyper
            hyper[0] *= factor

    def update(self, p: np.ndarray, g: np.ndarray, start: int, stop: int, layout: Layout | None = None,
               rate: float = 1.0, decay: float = 1.0) -> None:  # fmt: skip
        """Run or record the optimizer on [start, stop) of the flat vectors, or on the blocks that begin there.

        `rate` and `decay` are factors on the learning rate and on the weight decay.
        """
        optimizer, hyper = self.optimizer, self.hyper
        if decay not in (0, 1):
            optimizer = optimizer.with_decay(decay)
        if rate != 1:
            hyper = self._scaled.setdefault(rate, self.hyper * ([rate] + [1.0] * (len(self.hyper) - 1)))
        for cut, shape in self._pieces(start, stop, layout):
            states = [state[cut].reshape(shape) for state in self.states.values()]
            optimizer.update(p[cut].reshape(shape), g[cut].reshape(shape), states, hyper, decay > 0)

    def _pieces(self, start: int, stop: int, layout: Layout | None) -> Iterator[tuple[slice, tuple[int, ...]]]:
        if not self.optimizer.whole_blocks or layout is None:
            longest = stop - start if self.optimizer.passes == 1 else _CACHED
            for low in range(start, stop, max(1, longest)):
                high = min(low + longest, stop)
                yield slice(low, high), (high - low,)
            return
        for block in layout.trained:
            at = layout.offsets[block]
            if start <= at < stop:
                yield slice(at, at + block.size), block.shape

    def arrays(self) -> dict[str, np.ndarray]:
        """All of it, as it is saved."""
        found = {f"optimizer.{name}": state for name, state in self.states.items()}
        return found | ({"optimizer.scalars": self.hyper[_FIRST:]} if len(self.hyper) > _FIRST else {})
