"""A network as data: nodes in the order of their evaluation, and the parameters they read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from math import prod
from typing import TYPE_CHECKING

from fitcli.autodiff.tuning import PLAIN, Tuning
from fitcli.errors import Problem, ShapeError

if TYPE_CHECKING:
    from fitcli.autodiff.op import Op, Shape


MAX_NODES = 5000  # so that a repeat in a repeat ends in a message


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
    dtype: str = ""  # "" = the working type; labels are "i8"

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

    @property
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


@dataclass
class Builder:
    """Layers add their nodes through this. Names are paths: "3.residual.0.conv"."""

    classes: int
    nodes: list[Node] = field(default_factory=list)
    blocks: dict[str, object] = field(default_factory=dict)  # layers by the label they can be used again with
    _scope: list[str] = field(default_factory=list)
    _tuning: Tuning = PLAIN
    _params: dict[str, Param] = field(default_factory=dict)
    _shared: tuple[int, str] | None = None  # from this depth of the scope on, parameters are those of that path
    _names: set[str] = field(default_factory=set)

    @contextmanager
    def scope(self, name: str) -> Iterator[None]:
        self._scope.append(name)
        try:
            yield
        finally:
            self._scope.pop()

    @contextmanager
    def tuned(self, tuning: Tuning) -> Iterator[None]:
        """Parameters made inside are treated so."""
        before = self._tuning
        self._tuning = before.within(tuning)
        try:
            yield
        finally:
            self._tuning = before

    @contextmanager
    def weights_of(self, path: str) -> Iterator[None]:
        """Inside, parameters are not made but are those that were made under the scope `path`."""
        before = self._shared
        self._shared = len(self._scope), path
        try:
            yield
        finally:
            self._shared = before

    def path(self, name: str = "") -> str:
        return ".".join([*self._scope, *([name] if name else [])])

    def input(self, name: str, shape: Shape, dtype: str = "") -> Node:
        return self._add(Node(name, None, (), (), tuple(shape), dtype))

    def param(self, name: str, shape: Shape, initial, decay: bool = True, trained: bool = True) -> Param:
        if self._shared is None:
            made = Param(self.path(name), tuple(shape), initial, decay, trained, self._tuning)
            self._params[made.name] = made
            return made
        depth, base = self._shared
        known = self._params[".".join([base, *self._scope[depth:], name])]
        if known.shape != tuple(shape):
            what = f"{list(known.shape)}, here they would have to be {list(shape)}"
            raise ShapeError(Problem(f"the weights that are used again have the shape {what}"))
        return known

    def apply(self, op: Op, *inputs: Node, params: tuple[Param, ...] = ()) -> Node:
        """A node for `op` on `inputs`, its shape checked."""
        shape = op.shape(*(x.shape for x in inputs))
        name = self.path() or op.name
        if name in self._names:
            tries = (f"{name}.{op.name}{i or ''}" for i in range(len(self._names)))
            name = next(tried for tried in tries if tried not in self._names)
        return self._add(Node(name, op, tuple(inputs), tuple(params), shape))

    def _add(self, node: Node) -> Node:
        if len(self.nodes) >= MAX_NODES:
            raise ShapeError(Problem(f"the model has more than {MAX_NODES} operations"))
        self.nodes.append(node)
        self._names.add(node.name)
        return node


def fuse(graph: Graph) -> Graph:
    """Merge each op with its only follower where the op can absorb it; the mathematics stays the same."""
    while (pair := _absorbable(graph)) is not None:
        first, second, op = pair
        merged = replace(first, op=op, shape=second.shape, name=f"{first.name}+{second.name}")
        renamed = {second: merged}
        nodes: list[Node] = []
        for node in graph.nodes:
            if node is first:
                continue
            if node is not second and any(x in renamed for x in node.inputs):
                renamed[node] = replace(node, inputs=tuple(renamed.get(x, x) for x in node.inputs))
            nodes.append(renamed.get(node, node))
        graph = Graph(tuple(nodes), renamed.get(graph.output, graph.output), renamed.get(graph.loss, graph.loss))
    return graph


def _absorbable(graph: Graph) -> tuple[Node, Node, Op] | None:
    followers: dict[Node, list[Node]] = {}
    for node in graph.nodes:
        for x in node.inputs:
            followers.setdefault(x, []).append(node)
    for first in graph.nodes:
        after = followers.get(first, [])
        if first.op is None or len(after) != 1 or first is graph.output or first is graph.loss:
            continue
        second = after[0]
        if len(second.inputs) == 1 and not second.params and (op := first.op.absorb(second.op)) is not None:
            return first, second, op
    return None
