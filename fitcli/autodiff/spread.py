"""Sharing out a layer's weights among the workers instead of the batch's images, where the weights are the larger part.

A worker then reads, and differentiates by, its own outputs' weights for all images: nobody reads all weights, and their
gradient need not be added up over the workers. What all workers have to see lies in arrays of the whole batch.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from math import prod

import numpy as np

from fitcli.autodiff.graph import Graph, Node, Param
from fitcli.autodiff.op import Shape
from fitcli.autodiff.params import Layout, aligned_zeros


@dataclass
class Spread:
    """What a layer whose weights are shared out knows of the others.

    `arrays` [images, …] are common to all workers: "x" and "y", of which each worker's images are what `forward` gets,
    and what the layer makes itself.
    """

    images: int
    worker: int
    workers: int
    dtype: np.dtype
    arrays: dict[str, np.ndarray] = field(default_factory=dict)

    def array(self, name: str, shape: Shape) -> np.ndarray:
        """An array that all workers see."""
        if name not in self.arrays:
            self.arrays[name] = aligned_zeros(prod(shape), self.dtype).reshape(shape)
        return self.arrays[name]

    def share(self, count: int) -> tuple[int, int]:
        """[start, stop): this worker's part of `count` things."""
        return shares(count, self.workers)[self.worker]


def shares(total: int, pieces: int) -> list[tuple[int, int]]:
    """[start, stop) of `pieces` parts of `total`, as even as can be."""
    edges = [total * i // pieces for i in range(pieces + 1)]
    return list(zip(edges[:-1], edges[1:], strict=True))


def cut(start: int, stop: int, ranges: list[tuple[int, int]]) -> Iterator[tuple[int, int, bool]]:
    """[start, stop) in pieces that lie inside or outside of the `ranges` (sorted, apart): (start, stop, inside)."""
    for low, high in ranges:
        if start < min(low, stop):
            yield start, min(low, stop), False
        if max(start, low) < min(high, stop):
            yield max(start, low), min(high, stop), True
        start = max(start, high)
    if start < stop:
        yield start, stop, False


def owner(node: Node) -> Node:
    """The node whose memory a view looks at; itself, where it is none."""
    while node.op is not None and node.op.view:
        node = node.inputs[0]
    return node


def wide_layers(graph: Graph, images: int) -> list[Node]:
    """The nodes whose weights are worth sharing out, and whose first parameter no other node works with: its gradient
    can be written instead of added to."""
    nodes = [node for node in graph.nodes if node.op is not None and node.op.spreads(images, *node.shapes)]
    return [node for node in nodes if sum(node.params[0] in other.params for other in graph.nodes) == 1]


def spread_params(nodes: Iterable[Node]) -> list[Param]:
    """The parameters that the workers share out."""
    return [node.params[0] for node in nodes]


def spread_ranges(layout: Layout, nodes: Iterable[Node]) -> list[tuple[int, int]]:
    """Where in the flat vectors they lie."""
    return sorted(layout.span(p) for p in spread_params(nodes) if p.trained)
