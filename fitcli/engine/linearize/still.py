"""A network as it predicts, to be differentiated: nothing is drawn, and batch norm is a fixed affine map.

    y = γ (x − running mean) / √(running variance + ε) + β        dy = γ / √(running variance + ε) · dx
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from fitcli.autodiff.graph import Graph, Node
from fitcli.autodiff.op import Op
from fitcli.ops.attention import Attention
from fitcli.ops.batch_moments import running_affine
from fitcli.ops.batchnorm import BatchNorm


@dataclass(frozen=True)
class Still(Op):
    """`inner` with its running statistics. In its derivative the sums over the batch are left at 0: the statistics do
    not move with x. The gradients of γ and β are left out."""

    inner: BatchNorm

    def shape(self, x):
        return self.inner.shape(x)

    def sums(self, *shapes):
        return self.inner.sums(*shapes)

    def forward(self, y, x, gamma, beta, mean, var, s):
        self.inner.evaluate(y, x, gamma, beta, mean, var, s)
        s.scale, s.shift, s.mean, s.count = s.new(gamma.shape), s.new(gamma.shape), mean, 1
        s.inverse = 1 / np.sqrt(var + self.inner.eps)
        running_affine(s.scale, s.shift, mean, var, gamma, beta, self.inner.eps)

    def vjp(self, y_bar, *args):
        for _ in self.inner.vjp(y_bar, *args):
            pass  # the sum that is waited for here stays 0

    def jvp(self, y_dot, *args):
        for _ in self.inner.jvp(y_dot, *args):
            pass


def _settled(op: Op) -> Op | None:
    """The op as it evaluates; None for dropout and noise, which hand on what they get."""
    if isinstance(op, Attention):
        return replace(op, dropout=0.0)
    return Still(op) if isinstance(op, BatchNorm) else None


def still(graph: Graph) -> Graph:
    """The same network in evaluation, every node of it with a derivative."""
    new: dict[Node, Node] = {}
    nodes: list[Node] = []
    for node in graph.nodes:
        inputs = tuple(new[x] for x in node.inputs)
        if node.op is not None and type(node.op).evaluate is not Op.evaluate:
            node_op = _settled(node.op)
            if node_op is None:
                new[node] = inputs[0]
                continue
        else:
            node_op = node.op
        new[node] = replace(node, op=node_op, inputs=inputs)
        nodes.append(new[node])
    return Graph(tuple(nodes), new[graph.output])
