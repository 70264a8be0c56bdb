"""One microbatch through a graph: forward in order, tangents forward in order, gradients back in reverse.

The chain rule, twice: d(g∘f) = dg ∘ df pushes tangents forward; its transpose dfᵀ ∘ dgᵀ pulls gradients back.
Every walk is a generator that yields where an op waits for a sum over the whole batch (batch normalisation); whoever
drives the walks of all microbatches adds the sums up in between. On numpy arrays the kernels run at once; on symbolic
ones they are recorded. The walk is the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from fitcli.autodiff.graph import Graph, Node, Param
from fitcli.autodiff.op import Scratch, Sum
from fitcli.autodiff.spread import Spread
from fitcli.kernels import recording
from fitcli.kernels.kernel import kernel
from fitcli.kernels.native import flat
from fitcli.kernels.random import stream_of

Walk = Iterator[Sum]


@kernel
def accumulate(y, x):
    """y += x."""
    a, b = flat(y), flat(x)
    for i in range(a.size):
        a[i] += b[i]


@kernel
def fill(y, value):
    """y = value everywhere."""
    a = flat(y)
    for i in range(a.size):
        a[i] = value


@dataclass
class Shared:
    """What all microbatches of one worker share: arrays derived from the parameters, and sums over the batch."""

    clock: np.ndarray
    derived: dict[Node, dict[str, np.ndarray]] = field(default_factory=dict)
    sums: dict[Node, dict[str, Sum]] = field(default_factory=dict)
    spread: dict[Node, Spread] = field(default_factory=dict)
    kept: bool = False  # see Scratch


@dataclass
class Tape:
    """Values, tangents and gradients of one microbatch of `n` images that starts at image `first`.

    Sums are taken together over `batch` images from `start` on.
    """

    graph: Graph
    weights: Mapping[Param, np.ndarray]
    shared: Shared
    new: object  # (shape, dtype) -> an array, real or symbolic
    dtype: np.dtype
    n: int
    first: int
    batch: int
    train: bool = True
    wanted: frozenset[Node] = frozenset()  # nodes to pull gradients back to
    start: int = 0
    value: dict = field(default_factory=dict)
    tangent: dict = field(default_factory=dict)
    gradient: dict = field(default_factory=dict)
    _scratch: dict = field(default_factory=dict)

    def forward(self, nodes: Sequence[Node] | None = None) -> Walk:
        """Fill `value` for every node, or for these; inputs must be in it."""
        for node in self.graph.nodes if nodes is None else nodes:
            if node.op is None:
                continue
            x = [self.value[i] for i in node.inputs]
            if node.op.view:
                self.value[node] = x[0].reshape((self.n, *node.shape))
                continue
            if node not in self.value:
                self.value[node] = self._like(node)
            run = node.op.forward if self.train else node.op.evaluate
            yield from _labelled(node, "forward", run, self.value[node], *x, *self._weights(node), self.scratch(node))

    def push_forward(self, weight_tangents: Mapping[Param, np.ndarray]) -> Walk:
        """Fill `tangent` = df(x_dot, w_dot) for every node, after `forward`; tangents of inputs must be in it."""
        for node in self.graph.nodes:
            if node.op is None:
                if not node.dtype and node not in self.tangent:
                    raise ValueError(f"the input {node.name} has no tangent")
                continue
            x_dot = [self.tangent.get(i) for i in node.inputs]  # labels have none
            if node.op.view:
                self.tangent[node] = x_dot[0].reshape((self.n, *node.shape))
                continue
            self.tangent[node] = self._like(node)
            w_dot = [weight_tangents[p] for p in node.trained]
            primal = (self.value[node], *(self.value[i] for i in node.inputs), *self._weights(node))
            yield from node.op.jvp(self.tangent[node], *x_dot, *w_dot, *primal, self.scratch(node)) or ()

    def pull_back(self, weight_gradients: Mapping[Param, np.ndarray]) -> Walk:
        """From `gradient[last node]`, fill `gradient` for every node in `wanted` and add to the weights' gradients."""
        for node in reversed(self.graph.nodes):
            if node.op is None or node not in self.wanted:
                continue
            if node not in self.gradient:
                raise ValueError(f"{node.name} leads nowhere")
            y_bar = self.gradient[node]
            x_bar, more = [], []
            for i in node.inputs:
                if i not in self.wanted:
                    x_bar.append(None)
                elif node.op.view:
                    x_bar.append(y_bar.reshape((self.n, *i.shape)))
                    more.append((i, x_bar[-1]))
                else:
                    x_bar.append(self._like(i))
                    more.append((i, x_bar[-1]))
            if not node.op.view:
                primal = (self.value[node], *(self.value[i] for i in node.inputs), *self._weights(node))
                w_bar = [weight_gradients[p] for p in node.trained]
                yield from _labelled(node, "backward", node.op.vjp, y_bar, *x_bar, *w_bar, *primal, self.scratch(node))
            for i, bar in more:
                if i in self.gradient:
                    accumulate(self.gradient[i], bar)
                else:
                    self.gradient[i] = bar

    def _like(self, node: Node):
        return self.new((self.n, *node.shape), self.dtype)

    def _weights(self, node: Node) -> list:
        return [self.weights[p] for p in node.params]

    def scratch(self, node: Node) -> Scratch:
        if node not in self._scratch:
            new, dtype = self.new, self.dtype  # not self: a tape that its own parts hold on to is freed late
            s = Scratch(self.shared.clock, stream_of(node.name), self.first, self.batch, node.shapes,
                        pulls_back(node, self.wanted), lambda shape: new(shape, dtype), start=self.start)  # fmt: skip
            s.spread, s.kept = self.shared.spread.get(node), self.shared.kept
            for name, array in (self.shared.derived.get(node, {}) | self.shared.sums.get(node, {})).items():
                setattr(s, name, array)
            self._scratch[node] = s
        return self._scratch[node]


def pulls_back(node: Node, wanted: frozenset[Node]) -> bool:
    """Whether x_bar of this node will be asked for."""
    return any(x in wanted for x in node.inputs)


def _labelled(node: Node, direction: str, run: Callable, *args) -> Walk:
    """One map of an op, its instructions labelled; between its parts those of other microbatches are recorded."""
    label(node, direction)
    for waited in run(*args) or ():
        yield waited
        label(node, direction)


def label(node: Node, direction: str) -> None:
    """Say whose instructions follow."""
    if (recorder := recording.current()) is not None:
        recorder.label = f"{node.name} {direction}"
