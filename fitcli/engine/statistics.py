"""Batch norm's running statistics for weights that no training step has run with."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from fitcli.autodiff.graph import Graph, Node
from fitcli.autodiff.program import Program
from fitcli.autodiff.setup import Setup
from fitcli.engine.threads import microbatch_for, workers_for
from fitcli.model import Model


class Statistics:
    """Mean and variance of each batch, averaged over batches: what torch.optim.swa_utils.update_bn computes.

    The forward pass is that of training, augmented and with dropout, of `batch` images at a time; only that images are
    not mixed with each other, as none will be that the model is asked about.
    """

    def __init__(self, model: Model, batch: int, threads: int | None = None):
        self.model, self.batch = model, batch
        graph = model.graph.until(model.graph.output)
        self.clock = np.array([model.spec.seed, 0], np.int64)
        setup = Setup(batch, workers_for(graph, batch, threads, passes=1), microbatch_for(graph))
        self.program = Program(measuring(graph), model.params, setup, train=True, back=False, clock=self.clock)

    def measure(self, images: np.ndarray, order: np.ndarray) -> np.ndarray:
        """The flat vector of statistics, by the weights as they are; images behind the last whole batch are left out.

        images uint8 [N, H, W, C], order int64 [N]. The model's own statistics stay as they are.
        """
        program, state = self.program, self.model.params.state
        before, total = state.copy(), np.zeros(state.size)
        count = len(order) // self.batch
        for index in range(count):
            self.clock[1] = index
            program.inputs[self.program.graph.inputs[0]][...] = images[order[index * self.batch : (index + 1) * self.batch]]
            program.forward()
            total += state
            state[...] = before
        return (total / count).astype(state.dtype)


def has_statistics(graph: Graph) -> bool:
    """Whether there is a state that follows the batches."""
    return any(_follows(node) for node in graph.nodes)


def measuring(graph: Graph) -> Graph:
    """The graph with every momentum 1: after a batch, its state is that of the batch alone."""
    new: dict[Node, Node] = {}
    for node in graph.nodes:
        op = replace(node.op, momentum=1.0) if _follows(node) else node.op
        new[node] = replace(node, op=op, inputs=tuple(new[i] for i in node.inputs))
    return Graph(tuple(new.values()), new[graph.output])


def _follows(node: Node) -> bool:
    return any(not p.trained for p in node.params) and node.op.momentum > 0
