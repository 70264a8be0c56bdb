"""The graph that evaluation runs: what only scales and shifts the outputs of the layer before it goes into that one's
weights."""

from __future__ import annotations

from dataclasses import dataclass, replace

from fitcli.autodiff.graph import merge
from fitcli.autodiff.network import Graph, Node, Param
from fitcli.autodiff.op import Op


@dataclass(frozen=True)
class Folded:
    """`node` computes with a weight and a bias that `norm.fold` makes from the parameters `read`."""

    node: Node
    norm: Op
    read: tuple[Param, ...]  # of the layer, then of the norm

    @property
    def params(self) -> tuple[Param, ...]:
        """What `norm.fold` takes: those it makes, then those it reads."""
        return (*self.node.params, *self.read)


def fold(graph: Graph) -> tuple[Graph, list[Folded]]:
    """The graph with every op put `behind` the one before it where it can be, and what is to be made for that."""
    folded: dict[Node, Folded] = {}

    def together(first: Node, node: Node) -> tuple[Node, ...] | None:
        if first in folded or (ops := node.op.behind(first.op)) is None:
            return None
        name, weight = f"{first.name}+{node.name}", first.params[0]
        made = (
            replace(weight, name=f"{name}.weight", initial=None),
            Param(f"{name}.bias", first.shape[-1:], None, decay=False),
        )
        last = Node(name, ops[0], first.inputs, made, first.shape)
        folded[last] = Folded(last, node.op, first.params + node.params)
        nodes = [last]
        for op in ops[1:]:
            last = Node(f"{name}.{op.name}", op, (last,), (), op.shape(last.shape))
            nodes.append(last)
        return tuple(nodes)

    return merge(graph, together), list(folded.values())
