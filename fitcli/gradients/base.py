"""What a gradient treatment is: settings, and kernels over the flat gradient, run between its sum and the optimizer.

A treatment is a list of phases. In a phase every worker does its own part; between two phases all wait for each other,
so that a norm of the whole gradient is there before anybody scales by it. What a part computes does not depend on how
many workers there are, but for the last digits of sums over all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

    from fitcli.autodiff.graph import Param
    from fitcli.autodiff.params import Layout

Phase = Callable[[int], None]  # runs, or records, the part of one worker


@dataclass(frozen=True, eq=False)
class Work:
    """g and p are the flat gradient and parameters, clock int64 [seed, steps done]; only what is trained is treated."""

    g: np.ndarray
    p: np.ndarray
    layout: Layout
    clock: np.ndarray
    workers: int = 1
    last: frozenset[Param] = frozenset()  # the parameters of the last layer that has some

    def share(self, worker: int, count: int) -> tuple[int, int]:
        """[start, stop): the part of `count` things that is this worker's."""
        return count * worker // self.workers, count * (worker + 1) // self.workers

    def slice(self, worker: int) -> slice:
        """This worker's part of the flat vectors; what lies between two parameters is 0."""
        start, stop = self.share(worker, self.layout.moved // 16)
        return slice(16 * start, 16 * stop)

    def pieces(self, worker: int) -> Iterator[slice]:
        """The same without what lies between two parameters."""
        part = self.slice(worker)
        for param in self._trained():
            at = self.layout.offsets[param]
            low, high = max(part.start, at), min(part.stop, at + param.size)
            if low < high:
                yield slice(low, high)

    def matrices(self) -> Iterator[tuple[Param, np.ndarray, np.ndarray]]:
        """(parameter, g, p) with g and p [inputs, outputs]: a column holds what leads to one output.

        A bias, or the gains of a norm, are one column.
        """
        for param in self._trained():
            cut = slice(self.layout.offsets[param], self.layout.offsets[param] + param.size)
            k = param.shape[-1] if len(param.shape) > 1 else 1
            yield param, self.g[cut].reshape(-1, k), self.p[cut].reshape(-1, k)

    def _trained(self) -> list[Param]:
        return [param for param in self.layout.trained if param.tuning.lr]


class Treatment:
    """A frozen dataclass of settings. Its first field takes the value of the short form `name: value`."""

    name: str

    def phases(self, work: Work) -> list[Phase]:
        """What every worker does to work.g, in place, phase after phase."""
        raise NotImplementedError
