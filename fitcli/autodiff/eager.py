"""A graph on numpy arrays, at once: for tests, notebooks and derivative checks. The same walks and kernels as a program."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from fitcli.autodiff.graph import Graph, Node, Param
from fitcli.autodiff.op import Sum
from fitcli.autodiff.tape import Shared, Tape, Walk


def drive(walk: Walk) -> None:
    """Run a walk to its end; the one microbatch is the whole batch."""
    for waited in walk:
        waited.total[:] = waited.parts.sum(0)
        waited.parts[:] = 0


class Eager:
    """A graph with weights; every call evaluates it anew. All arrays have the weights' floating type."""

    def __init__(self, graph: Graph, weights: Mapping[Param, np.ndarray], dtype=np.float64, train: bool = True, seed: int = 0):
        self.graph, self.weights, self.train = graph, dict(weights), train
        self.dtype = np.dtype(dtype)
        self.clock = np.array([seed, 0], np.int64)

    def forward(self, inputs: Mapping[Node, np.ndarray], weights: Mapping[Param, np.ndarray] | None = None) -> Tape:
        """A tape with every node's value."""
        n = len(next(iter(inputs.values())))
        weights = self.weights | dict(weights or {})
        # Running statistics are updated in training: each evaluation gets its own copy, so that f stays a function.
        weights = {p: w if p.trained else w.copy() for p, w in weights.items()}
        shared = Shared(self.clock)
        tape = Tape(self.graph, weights, shared, np.empty, self.dtype, n, 0, n, self.train, frozenset(self.graph.nodes))
        wide = np.result_type(self.dtype, np.float64)
        for node in self.graph.nodes:
            if node.op is None:
                tape.value[node] = np.ascontiguousarray(inputs[node], node.dtype or self.dtype)
                continue
            shared.derived[node] = {k: np.empty(s, self.dtype) for k, s in node.op.derived(self.dtype, True, *node.shapes).items()}
            shared.sums[node] = {k: Sum(np.zeros((1, m), wide), np.zeros(m, wide)) for k, m in node.op.sums(*node.shapes).items()}
            if shared.derived[node]:
                node.op.prepare(*(weights[p] for p in node.params), tape.scratch(node))
        drive(tape.forward())
        return tape

    def push_forward(self, tape: Tape, tangents: Mapping[Node, np.ndarray], weight_tangents: Mapping[Param, np.ndarray]):
        """df(tangents): the tangent of the graph's last node."""
        for node, x_dot in tangents.items():
            tape.tangent[node] = np.ascontiguousarray(x_dot, self.dtype)
        drive(tape.push_forward({p: np.ascontiguousarray(w, self.dtype) for p, w in weight_tangents.items()}))
        return tape.tangent[self.graph.nodes[-1]]

    def pull_back(self, tape: Tape, y_bar: np.ndarray):
        """dfᵀ(y_bar): gradients of the inputs by node, and of the weights by parameter."""
        tape.gradient[self.graph.nodes[-1]] = np.array(y_bar, self.dtype, order="C")
        gradients = {p: np.zeros(p.shape, self.dtype) for p in self.graph.params if p.trained}
        drive(tape.pull_back(gradients))
        return {n: g for n, g in tape.gradient.items() if n.op is None}, gradients
