"""Building a network: layers add their nodes one by one, ops absorb what follows them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from math import prod
from typing import TYPE_CHECKING

from fitcli.autodiff.network import Graph, Node, Param
from fitcli.autodiff.tuning import PLAIN, Tuning
from fitcli.errors import Problem, ShapeError

if TYPE_CHECKING:
    from fitcli.autodiff.op import Op, Shape

__all__ = ["Builder", "Graph", "Node", "Param", "fuse", "merge"]

MAX_NODES = 5000  # so that a repeat in a repeat ends in a message,
MAX_SCOPES = 100_000  # also where it holds nothing;
MAX_NUMBERS = 2**28  # and an upsample by a million: of one image's output, and of all parameters


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
    _scopes: int = 0
    _numbers: int = 0  # of all parameters

    @contextmanager
    def scope(self, name: str) -> Iterator[None]:
        self._scopes += 1
        if self._scopes > MAX_SCOPES:
            raise ShapeError(Problem(f"the model has more than {MAX_SCOPES:,} layers"))
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
            self._numbers += made.size
            if self._numbers > MAX_NUMBERS:
                what = f"weights of {'×'.join(map(str, shape))} numbers"
                allowed = f"{MAX_NUMBERS:,} numbers in all layers together"
                raise ShapeError(Problem(f"{what} are too many", allowed=allowed))
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
        if prod(node.shape) > MAX_NUMBERS:
            what = f"an output of {'×'.join(map(str, node.shape))} numbers"
            raise ShapeError(Problem(f"{what} is too large", allowed=f"{MAX_NUMBERS:,} numbers an image"))
        self.nodes.append(node)
        self._names.add(node.name)
        return node


def fuse(graph: Graph) -> Graph:
    """Merge each op with its only follower where the op can absorb it; the mathematics stays the same."""

    def absorbed(first: Node, node: Node) -> tuple[Node, ...] | None:
        if node.params or (op := first.op.absorb(node.op)) is None:
            return None
        return (replace(first, op=op, shape=node.shape, name=f"{first.name}+{node.name}"),)

    return merge(graph, absorbed)


def merge(graph: Graph, together: Callable[[Node, Node], tuple[Node, ...] | None]) -> Graph:
    """The graph with `together(first, node)` in place of every op and its only follower, the last of them for both.

    Where it is None both stay. Nobody else reads what `first` makes: no other node, and it is no end of the graph.
    """
    followers = Counter(x for node in graph.nodes for x in node.inputs)
    ends = (graph.output, graph.loss)
    new: dict[Node, tuple[Node, ...]] = {}  # by the node that they end in
    for node in graph.nodes:
        inputs = tuple(new[x][-1] for x in node.inputs)
        made = (node if inputs == node.inputs else replace(node, inputs=inputs),)
        if len(node.inputs) == 1:
            (x,) = node.inputs
            *before, first = new[x]
            alone = first.op is not None and followers[x] == 1 and x not in ends
            if alone and (both := together(first, *made)) is not None:
                made = (*before, *both)
                del new[x]
        new[node] = made
    last = {node: made[-1] for node, made in new.items()}
    return Graph(tuple(n for made in new.values() for n in made), last[graph.output], last.get(graph.loss))
