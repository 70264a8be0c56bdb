"""Cross entropy of the softmax against a class number, one op so that nothing over- or underflows."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log

from fitcli.autodiff.op import Op, Shape
from fitcli.kernels.kernel import kernel
from fitcli.ops import OPS
from fitcli.ops.shapes import as_vector


@kernel
def cross_entropy_forward(y, x, labels):
    for n in range(x.shape[0]):
        top = x[n, 0]
        for k in range(1, x.shape[1]):
            top = max(top, x[n, k])
        total = x.dtype.type(0)
        for k in range(x.shape[1]):
            total += exp(x[n, k] - top)
        y[n] = log(total) + top - x[n, labels[n]]


@kernel
def cross_entropy_vjp(y_bar, x_bar, y, x, labels):
    for n in range(x.shape[0]):
        log_sum = y[n] + x[n, labels[n]]
        for k in range(x.shape[1]):
            x_bar[n, k] = exp(x[n, k] - log_sum) * y_bar[n]
        x_bar[n, labels[n]] -= y_bar[n]


@kernel
def cross_entropy_jvp(y_dot, x_dot, y, x, labels):
    for n in range(x.shape[0]):
        log_sum = y[n] + x[n, labels[n]]
        total = -x_dot[n, labels[n]]
        for k in range(x.shape[1]):
            total += exp(x[n, k] - log_sum) * x_dot[n, k]
        y_dot[n] = total


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
        cross_entropy_vjp(y_bar, x_bar, y, x, labels)

    def jvp(self, y_dot, x_dot, labels_dot, y, x, labels, s):
        cross_entropy_jvp(y_dot, x_dot, y, x, labels)
