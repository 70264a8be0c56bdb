"""Mean squared error against the one-hot vector of a class number."""

from __future__ import annotations

from dataclasses import dataclass

from fitcli.autodiff.op import Op, Shape
from fitcli.kernels.kernel import kernel
from fitcli.ops import OPS
from fitcli.ops.shapes import as_vector


@kernel
def squared_error_forward(y, x, labels):
    for n in range(x.shape[0]):
        total = x.dtype.type(0)
        for k in range(x.shape[1]):
            d = x[n, k] - (1 if k == labels[n] else 0)
            total += d * d
        y[n] = total / x.dtype.type(x.shape[1])


@kernel
def squared_error_vjp(y_bar, x_bar, x, labels):
    scale = x.dtype.type(2) / x.dtype.type(x.shape[1])
    for n in range(x.shape[0]):
        for k in range(x.shape[1]):
            x_bar[n, k] = scale * (x[n, k] - (1 if k == labels[n] else 0)) * y_bar[n]


@kernel
def squared_error_jvp(y_dot, x_dot, x, labels):
    scale = x.dtype.type(2) / x.dtype.type(x.shape[1])
    for n in range(x.shape[0]):
        total = x.dtype.type(0)
        for k in range(x.shape[1]):
            total += (x[n, k] - (1 if k == labels[n] else 0)) * x_dot[n, k]
        y_dot[n] = scale * total


@OPS.register("mean_squared_error")
@dataclass(frozen=True)
class MeanSquaredError(Op):
    """x [N, K], labels [N] → y [N]: y = Σₖ (xₖ − [k = label])² / K; dy = Σₖ 2 (xₖ − [k = label]) dxₖ / K."""

    def shape(self, x: Shape, labels: Shape) -> Shape:
        as_vector("mse", x)
        return ()

    def forward(self, y, x, labels, s):
        squared_error_forward(y, x, labels)

    def vjp(self, y_bar, x_bar, labels_bar, y, x, labels, s):
        squared_error_vjp(y_bar, x_bar, x, labels)

    def jvp(self, y_dot, x_dot, labels_dot, y, x, labels, s):
        squared_error_jvp(y_dot, x_dot, x, labels)
