"""A network as data: nodes in the order of their evaluation, and the parameters they read."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import TYPE_CHECKING

from fitcli.autodiff.tuning import PLAIN, Tuning

if TYPE_CHECKING:
    from fitcli.autodiff.op import Op, Shape


@dataclass(frozen=True, eq=False)
class Param:
    """One tensor of weights (`trained`) or of state that an op keeps for itself (running statistics)."""

    name: str
    shape: Shape
    initial: object  # how a fresh model fills it
    decay: bool = True  # weight decay applies (not to biases and norms)
    trained: bool = True
    tuning: Tuning = PLAIN

    @property
    def size(self) -> int:
        return prod(self.shape)


@dataclass(frozen=True, eq=False)
class Node:
    """One op at one place. `op` is None for an input of the graph. `shape` is that of one image."""

    name: str
    op: Op | None
    inputs: tuple[Node, ...]
    params: tuple[Param, ...]
    shape: Shape
    dtype: str = ""  # "" = the working type; labels are "i8", or "u1" as pixels are

    @property
    def shapes(self) -> tuple[Shape, ...]:
        """Shapes of x, then of w."""
        return (*(x.shape for x in self.inputs), *(p.shape for p in self.params))

    @property
    def trained(self) -> tuple[Param, ...]:
        return tuple(p for p in self.params if p.trained)


@dataclass(frozen=True)
class Graph:
    """`nodes` in order, inputs included; `output` is what prediction wants, `loss` what training descends (or None)."""

    nodes: tuple[Node, ...]
    output: Node
    loss: Node | None = None

    @property
    def params(self) -> tuple[Param, ...]:
        """Every parameter once, in order of first use."""
        return tuple(dict.fromkeys(p for node in self.nodes for p in node.params))

    @cached_property
    def inputs(self) -> tuple[Node, ...]:
        return tuple(node for node in self.nodes if node.op is None)

    def needs_gradient(self) -> frozenset[Node]:
        """Nodes that have a parameter to be moved at or before them: only these are pulled back through."""
        out: set[Node] = set()
        for node in self.nodes:
            if any(p.tuning.lr for p in node.trained) or any(x in out for x in node.inputs):
                out.add(node)
        return frozenset(out)

    def multiply_adds(self) -> int:
        """Of one forward pass over one image."""
        return sum(node.op.multiply_adds(*node.shapes) for node in self.nodes if node.op)

    def until(self, node: Node) -> Graph:
        """The part of the graph that `node` needs."""
        wanted, stack = set(), [node]
        while stack:
            at = stack.pop()
            if at not in wanted:
                wanted.add(at)
                stack += at.inputs
        return Graph(tuple(n for n in self.nodes if n in wanted), node)
