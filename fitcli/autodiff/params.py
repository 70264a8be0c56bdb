"""All parameters of a graph in one flat vector, each a view of it; the gradient has the same layout.

Decayed parameters lie first, so that weight decay is a prefix; frozen ones last. State that is not trained has a vector
of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from fitcli.autodiff.graph import Graph, Param


@dataclass(frozen=True)
class Group:
    """Neighbours [start, stop) that the optimizer treats alike: `decay` times its weight decay, `lr` times its rate."""

    start: int
    stop: int
    decay: float
    lr: float


class Layout:
    """Where each parameter lies. Offsets are multiples of 16 numbers, so that views are aligned to cache lines."""

    def __init__(self, params: Iterable[Param]):
        params = tuple(params)
        trained = [p for p in params if p.trained]
        self.trained = sorted(trained, key=lambda p: (not p.tuning.lr, not p.decay, *_treatment(p)))
        self.state = [p for p in params if not p.trained]
        self.offsets: dict[Param, int] = {}
        self.size = self._place(self.trained)
        self.state_size = self._place(self.state)
        self.decayed = next((self.offsets[p] for p in self.trained if not p.decay), self.size)
        self.moved = next((self.offsets[p] for p in self.trained if not p.tuning.lr), self.size)

    def _place(self, params: list[Param]) -> int:
        at = 0
        for p in params:
            self.offsets[p] = at
            _, at = self.span(p)
        return at

    def span(self, p: Param) -> tuple[int, int]:
        """[start, stop) of a parameter with its padding."""
        start = self.offsets[p]
        return start, start + -(-p.size // 16) * 16

    @property
    def groups(self) -> list[Group]:
        """All that is moved, cut where the treatment changes."""
        found: list[Group] = []
        for p in self.trained:
            start, stop = self.span(p)
            lr, decay = _treatment(p)
            if found and (found[-1].lr, found[-1].decay) == (lr, decay):
                found[-1] = Group(found[-1].start, stop, decay, lr)
            elif lr:
                found.append(Group(start, stop, decay, lr))
        return found

    def views(self, trained: np.ndarray, state: np.ndarray) -> dict[Param, np.ndarray]:
        """Every parameter as an array of its shape over the two flat vectors."""
        out = {}
        for params, vector in ((self.trained, trained), (self.state, state)):
            for p in params:
                out[p] = vector[self.offsets[p] : self.offsets[p] + p.size].reshape(p.shape)
        return out


def _treatment(p: Param) -> tuple[float, float]:
    return p.tuning.lr, p.tuning.decay if p.decay else 0.0


class Params:
    """The values: `vector` (trained) and `state`, and `by_name`, their views."""

    def __init__(self, graph: Graph, dtype=np.float32):
        self.layout = Layout(graph.params)
        self.vector = aligned_zeros(self.layout.size, dtype)
        self.state = aligned_zeros(self.layout.state_size, dtype)
        self.views = self.layout.views(self.vector, self.state)
        self.by_name = {p.name: v for p, v in self.views.items()}

    @property
    def count(self) -> int:
        """Trained numbers, padding left out."""
        return sum(p.size for p in self.layout.trained)

    def assign(self, values: Mapping[str, np.ndarray]) -> None:
        """Copy values in by name; every name must be there with its shape."""
        for name, view in self.by_name.items():
            value = np.asarray(values[name])
            if value.shape != view.shape:
                raise ValueError(f"{name} has shape {value.shape}, wanted {view.shape}")
            view[...] = value

    def arrays(self) -> dict[str, np.ndarray]:
        """A copy of every parameter and state by name."""
        return {name: view.copy() for name, view in self.by_name.items()}


def aligned_zeros(size: int, dtype, alignment: int = 64) -> np.ndarray:
    """A flat zero array that starts at a multiple of `alignment` bytes."""
    dtype = np.dtype(dtype)
    raw = np.zeros(size * dtype.itemsize + alignment, np.uint8)
    start = -raw.ctypes.data % alignment
    return raw[start : start + size * dtype.itemsize].view(dtype)


def gradient_vectors(layout: Layout, workers: int, dtype) -> np.ndarray:
    """[workers, size]: a flat gradient for each."""
    return aligned_zeros(workers * layout.size, dtype).reshape(workers, layout.size)
