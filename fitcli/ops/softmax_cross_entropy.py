"""Cross entropy of the softmax against a class number, one op so that nothing over- or underflows."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log

from fitcli.autodiff.op import Op, Shape
from fitcli.kernels.kernel import kernel
from fitcli.kernels.lazy import inner
from fitcli.ops import OPS
from fitcli.ops.shapes import as_vector


@inner
def top_and_sum(x):
    """(max x, Σ exp(x − max x)) of one row."""
    top = x[0]
    for k in range(1, x.size):
        top = max(top, x[k])
    total = x.dtype.type(0)
    for k in range(x.size):
        total += exp(x[k] - top)
    return top, total


@kernel(exact=True)  # log Σ + (top − x) in another order would cancel
def cross_entropy_forward(y, x, labels):
    for n in range(x.shape[0]):
        top, total = top_and_sum(x[n])
        y[n] = log(total) + (top - x[n, labels[n]])


@kernel
def cross_entropy_vjp(y_bar, x_bar, x, labels):
    for n in range(x.shape[0]):
        top, total = top_and_sum(x[n])
        scale = y_bar[n] / total
        for k in range(x.shape[1]):
            x_bar[n, k] = exp(x[n, k] - top) * scale
        x_bar[n, labels[n]] -= y_bar[n]


@kernel
def cross_entropy_jvp(y_dot, x_dot, x, labels):
    for n in range(x.shape[0]):
        top, total = top_and_sum(x[n])
        mean = x.dtype.type(0)
        for k in range(x.shape[1]):
            mean += exp(x[n, k] - top) * x_dot[n, k]
        y_dot[n] = mean / total - x_dot[n, labels[n]]


@OPS.register("softmax_cross_entropy")
@dataclass(frozen=True)
class SoftmaxCrossEntropy(Op):
    """x [N, K], labels [N] → y [N]: y = log Σₖ exp xₖ − x_label; dy = Σₖ (pₖ − [k = label]) dxₖ with p = softmax x."""

    def shape(self, x: Shape, labels: Shape) -> Shape:
        as_vector("cross_entropy", x)
        return ()

    def forward(self, y, x, labels, s):
        cross_entropy_forward(y, x, labels)

    def vjp(self, y_bar, x_bar, labels_bar, y, x, labels, s):
        cross_entropy_vjp(y_bar, x_bar, x, labels)

    def jvp(self, y_dot, x_dot, labels_dot, y, x, labels, s):
        cross_entropy_jvp(y_dot, x_dot, x, labels)
