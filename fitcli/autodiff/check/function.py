"""A graph as a map between spaces: y = f(v), with its derivative df and the transpose dfᵀ at a point.

    f: v ↦ y        v = (inputs that are numbers, trained parameters), y = the graph's last node, or its mean
    push: v_dot ↦ df(v_dot)        pull: y_bar ↦ dfᵀ(y_bar)

What is not a variable (labels, running statistics, the clock that dropout draws from) is held fixed: f is a function.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from fitcli.autodiff.check.vectors import Vector
from fitcli.autodiff.eager import Eager
from fitcli.autodiff.graph import Graph, Node, Param
from fitcli.autodiff.tape import Tape


class Function:
    """`fixed` holds the inputs that are not differentiable, by node; `state` the parameters that are not trained."""

    def __init__(self, graph: Graph, fixed: Mapping[Node, np.ndarray], state: Mapping[Param, np.ndarray], *,
                 dtype=np.float64, mean: bool = False, seed: int = 0):  # fmt: skip
        self.graph, self.fixed, self.mean = graph, dict(fixed), mean
        self.dtype = np.dtype(dtype)
        self.inputs = {node.name: node for node in graph.inputs if node not in self.fixed}
        self.params = {p.name: p for p in graph.params if p.trained}
        self.state = dict(state)
        self.fixed_state = {p: np.asarray(state[p], self.dtype) for p in graph.params if not p.trained}
        self.seed = seed

    @property
    def blocks(self) -> tuple[str, ...]:
        return (*self.inputs, *self.params)

    def on(self, graph: Graph) -> Function:
        """The same over another graph with the same inputs and parameters."""
        return Function(graph, self.fixed, self.state, dtype=self.dtype, mean=self.mean, seed=self.seed)

    def at(self, v: Vector) -> Point:
        """f(v), and the derivative there."""
        weights = {p: np.ascontiguousarray(v[name], self.dtype) for name, p in self.params.items()}
        eager = Eager(self.graph, weights | self.fixed_state, self.dtype, seed=self.seed)
        return Point(self, eager, eager.forward({node: v[name] for name, node in self.inputs.items()} | self.fixed))

    def __call__(self, v: Vector) -> np.ndarray:
        return self.at(v).y


@dataclass
class Point:
    """f at one v. All arrays are new ones."""

    function: Function
    eager: Eager
    tape: Tape

    @property
    def y(self) -> np.ndarray:
        return self._out(self.tape.value[self.function.graph.nodes[-1]])

    def _out(self, y: np.ndarray) -> np.ndarray:
        return np.asarray(y.mean(dtype=np.float64)) if self.function.mean else y

    def push(self, v_dot: Vector) -> np.ndarray:
        """df(v_dot); every block must be there."""
        f = self.function
        tangents = {node: v_dot[name] for name, node in f.inputs.items()}
        return self._out(self.eager.push_forward(self.tape, tangents, {p: v_dot[name] for name, p in f.params.items()}))

    def pull(self, y_bar: np.ndarray) -> dict[str, np.ndarray]:
        """dfᵀ(y_bar), a gradient for every block."""
        f = self.function
        shape = self.tape.value[f.graph.nodes[-1]].shape
        if f.mean:
            y_bar = np.broadcast_to(np.asarray(y_bar) / np.prod(shape), shape)
        self.tape.gradient.clear()
        inputs, weights = self.eager.pull_back(self.tape, y_bar)
        return {n: inputs[node] for n, node in f.inputs.items()} | {n: weights[p] for n, p in f.params.items()}


def alone(node: Node) -> Graph:
    """One node as a graph of its own: its inputs become free."""
    several = sum(not x.dtype for x in node.inputs) > 1
    inputs = tuple(
        Node(x.name if x.dtype else f"input {i + 1}" if several else "input", None, (), (), x.shape, x.dtype)
        for i, x in enumerate(node.inputs)
    )
    last = replace(node, inputs=inputs)
    return Graph((*inputs, last), last)


def behind(graph: Graph, start: Node, last: Node, name: str) -> Graph:
    """The part of the graph from `start`, which becomes the free input `name`, to `last`."""
    new = {start: Node(name, None, (), (), start.shape)}
    for node in graph.until(last).nodes:
        if node not in new:
            new[node] = replace(node, inputs=tuple(new[x] for x in node.inputs if x in new))
    return Graph(tuple(new.values()), new[last]).until(new[last])
