"""Errors planted on purpose: an op that computes what it did, but whose derivative is wrong in a known way.

With M a linear map of one block (an input, a parameter), dfᵀ becomes M dfᵀ in that block, df becomes df M, or both at
once, so that they still are each other's transpose and only differences can tell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from fitcli.autodiff.graph import Graph, Node
from fitcli.autodiff.op import Op

Spoil = Callable[[np.ndarray], np.ndarray]
PUSH, PULL, BOTH = "push", "pull", "both"


@dataclass(frozen=True)
class Mutation:
    """M and its transpose. `images`: M acts on y_bar before the pull back instead, and only a parameter feels it."""

    name: str
    spoil: Spoil
    transpose: Spoil
    images: bool = False


def factor(x: float, name: str = "") -> Mutation:
    return Mutation(name or f"factor {x:g}", lambda a: a * a.dtype.type(x), lambda a: a * a.dtype.type(x))


def _one_entry(a: np.ndarray) -> np.ndarray:
    a = a.copy()
    a.reshape(-1)[a.size // 2] *= 1.01
    return a


def _shifted(by: int) -> Spoil:
    """Along the last axis that has somewhere to go."""

    def roll(a: np.ndarray) -> np.ndarray:
        axis = next((i for i in reversed(range(a.ndim)) if a.shape[i] > 1), None)
        return a if axis is None else np.roll(a, by, axis)

    return roll


def _transposed(a: np.ndarray) -> np.ndarray:
    """Two neighbouring axes of one length swapped (the last such pair)."""
    axis = next((i for i in reversed(range(a.ndim - 1)) if a.shape[i] == a.shape[i + 1] > 1), None)
    return a if axis is None else np.ascontiguousarray(np.swapaxes(a, axis, axis + 1))


def _without_last_image(y_bar: np.ndarray) -> np.ndarray:
    y_bar = y_bar.copy()
    y_bar[-1] = 0
    return y_bar


CATALOGUE = (
    factor(-1, "sign"),
    factor(1.01),
    factor(1.0001),
    factor(0, "dropped term"),
    Mutation("one entry 1.01", _one_entry, _one_entry),
    Mutation("transposed", _transposed, _transposed),
    Mutation("shifted by one", _shifted(1), _shifted(-1)),
    Mutation("missing sum", _without_last_image, _without_last_image, images=True),
)


@dataclass(frozen=True)
class Mutant(Op):
    """`inner` with an error in block number `block` (inputs first, then trained parameters)."""

    inner: Op
    inputs: int
    block: int
    mutation: Mutation
    where: str

    def __getattr__(self, name: str):
        return getattr(self.inner, name)

    def shape(self, *x):
        return self.inner.shape(*x)

    def derived(self, dtype, back, *shapes):
        return self.inner.derived(dtype, back, *shapes)

    def prepare(self, *args):
        self.inner.prepare(*args)

    def sums(self, *shapes):
        return self.inner.sums(*shapes)

    def forward(self, y, *args):
        return self.inner.forward(y, *args)

    def vjp(self, y_bar, *args) -> Iterator:
        count = len(args) - self._rest(args)
        bars, rest = args[:count], args[count:]
        fresh = [np.zeros_like(b) if i >= self.inputs else b for i, b in enumerate(bars)]
        yield from self.inner.vjp(y_bar, *fresh, *rest) or ()
        if self.where != PUSH:
            if self.mutation.images:
                yield from self._pull_less(y_bar, fresh, rest)
            else:
                spoil = self.mutation.transpose if self.where == BOTH else self.mutation.spoil
                fresh[self.block][...] = spoil(fresh[self.block])
        for bar, new in zip(bars[self.inputs :], fresh[self.inputs :], strict=True):
            bar += new

    def _pull_less(self, y_bar, fresh, rest) -> Iterator:
        """The block's gradient from a part of the images only."""
        less = [np.zeros_like(b) for b in fresh]
        yield from self.inner.vjp(self.mutation.spoil(y_bar), *less, *rest) or ()
        fresh[self.block][...] = less[self.block]

    def jvp(self, y_dot, *args) -> Iterator:
        count = len(args) - self._rest(args)
        dots = list(args[:count])
        if self.where != PULL:
            dots[self.block] = np.ascontiguousarray(self.mutation.spoil(dots[self.block]))
        yield from self.inner.jvp(y_dot, *dots, *args[count:]) or ()

    def _rest(self, args) -> int:
        """How many of the arguments come behind the tangents or gradients: y, x, w (state too), s."""
        s = args[-1]
        return 2 + len(s.shapes)


def mutated(graph: Graph, block: int, mutation: Mutation, where: str) -> Graph:
    """A graph of one node (see function.alone) with the error planted."""
    node = graph.output
    last: Node = replace(node, op=Mutant(node.op, len(node.inputs), block, mutation, where))
    return Graph((*graph.inputs, last), last)
