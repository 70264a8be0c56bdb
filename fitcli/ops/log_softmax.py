"""y = x − log Σ eˣ over the last axis: the logarithm of softmax, without the softmax's underflow."""

from __future__ import annotations

from dataclasses import dataclass
from math import log

from fitcli.autodiff.op import Op, Shape
from fitcli.kernels.kernel import kernel
from fitcli.ops import OPS
from fitcli.ops.exponential import exponential
from fitcli.ops.views import rows


@kernel
def log_softmax_forward(y, x):
    for r in range(x.shape[0]):
        top = x[r, 0]
        for k in range(1, x.shape[1]):
            top = max(top, x[r, k])
        total = y.dtype.type(0)
        for k in range(x.shape[1]):
            total += exponential(x[r, k] - top)
        shift = log(total)
        for k in range(x.shape[1]):
            y[r, k] = x[r, k] - top - shift


@kernel
def log_softmax_jvp(y_dot, x_dot, y):
    """y_dot = x_dot − Σ p x_dot, p = e^y."""
    for r in range(y.shape[0]):
        total = y.dtype.type(0)
        for k in range(y.shape[1]):
            total += exponential(y[r, k]) * x_dot[r, k]
        for k in range(y.shape[1]):
            y_dot[r, k] = x_dot[r, k] - total


@kernel
def log_softmax_vjp(y_bar, x_bar, y):
    """x_bar = y_bar − p Σ y_bar, p = e^y."""
    for r in range(y.shape[0]):
        total = y.dtype.type(0)
        for k in range(y.shape[1]):
            total += y_bar[r, k]
        for k in range(y.shape[1]):
            x_bar[r, k] = y_bar[r, k] - exponential(y[r, k]) * total


@OPS.register("log_softmax")
@dataclass(frozen=True)
class LogSoftmax(Op):
    """x [N, …, C], p = e^y: dy = dx − Σ p dx, x_bar = y_bar − p Σ y_bar, sums over the last axis."""

    def shape(self, x: Shape) -> Shape:
        return x

    def forward(self, y, x, s):
        log_softmax_forward(rows(y), rows(x))

    def vjp(self, y_bar, x_bar, y, x, s):
        log_softmax_vjp(rows(y_bar), rows(x_bar), rows(y))

    def jvp(self, y_dot, x_dot, y, x, s):
        log_softmax_jvp(rows(y_dot), rows(x_dot), rows(y))
