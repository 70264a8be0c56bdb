"""The arrays that a program's microbatches share: derived from the parameters, sums over the batch, and those of layers
whose weights are shared out."""

from __future__ import annotations

from math import prod

import numpy as np

from fitcli.autodiff.graph import Graph, Node
from fitcli.autodiff.op import Sum
from fitcli.autodiff.params import aligned_zeros
from fitcli.autodiff.setup import Setup
from fitcli.autodiff.spread import Spread, owner, wide_layers
from fitcli.autodiff.tape import Shared, pulls_back


def shared_by_workers(graph: Graph, setup: Setup, clock: np.ndarray, wanted: frozenset[Node],
                      whole: dict[Node, np.ndarray]) -> list[Shared]:  # fmt: skip
    """For each worker what its microbatches share; `wanted` are the nodes to pull gradients back to.

    `whole` has the arrays [batch, …] of nodes whose values are those of the whole batch; others are added to it.
    """
    dtype = np.dtype(setup.dtype)
    derived: dict[Node, dict] = {}
    parts: dict[Node, dict] = {}
    for node in graph.nodes:
        if node.op is None:
            continue
        shapes = node.op.derived(dtype, pulls_back(node, wanted), *node.shapes)
        derived[node] = {name: aligned_zeros(prod(shape), dtype).reshape(shape) for name, shape in shapes.items()}
        sizes = node.op.sums(*node.shapes)
        parts[node] = {name: (np.zeros((setup.team, n)), np.zeros(n)) for name, n in sizes.items()}
    spread = _spread(graph, setup, whole)
    kept = setup.several and any(parts.values())  # microbatches wait for each other, for a sum over the batch

    def of(worker: int) -> Shared:
        sums = {n: {name: Sum(*both, worker) for name, both in found.items()} for n, found in parts.items()}
        common = {n: Spread(setup.batch, worker, setup.team, dtype, arrays) for n, arrays in spread.items()}
        return Shared(clock, derived, sums, common, kept)

    return [of(worker) for worker in range(setup.team)]


def _spread(graph: Graph, setup: Setup, whole: dict[Node, np.ndarray]) -> dict[Node, dict[str, np.ndarray]]:
    """The layers whose weights are shared out, with their common arrays: all images go together then."""
    if setup.team == 1 or not setup.whole:
        return {}

    def common(node: Node) -> np.ndarray:
        base, shape = owner(node), (setup.batch, *node.shape)
        if base not in whole:
            whole[base] = aligned_zeros(prod(shape), np.dtype(setup.dtype)).reshape(-1, *base.shape)
        return whole[base].reshape(shape)

    return {node: {"x": common(node.inputs[0]), "y": common(node)} for node in wide_layers(graph, setup.batch)}
