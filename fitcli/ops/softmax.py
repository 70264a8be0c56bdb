"""y = eˣ / Σ eˣ over the last axis (Bridle, Probabilistic interpretation of feedforward network outputs, 1990)."""

from __future__ import annotations

from dataclasses import dataclass

from fitcli.autodiff.op import Op, Shape
from fitcli.kernels.kernel import kernel
from fitcli.ops import OPS
from fitcli.ops.exponential import exponential
from fitcli.ops.views import rows


@kernel
def softmax_forward(y, x):
    for r in range(x.shape[0]):
        top = x[r, 0]
        for k in range(1, x.shape[1]):
            top = max(top, x[r, k])
        total = y.dtype.type(0)
        for k in range(x.shape[1]):
            y[r, k] = exponential(x[r, k] - top)  # at most 1: never overflows
            total += y[r, k]
        for k in range(x.shape[1]):
            y[r, k] /= total


@kernel
def softmax_chain(z, d, y):
    """z = y (d − Σ y d): the derivative, a symmetric matrix, so its own transpose."""
    for r in range(y.shape[0]):
        total = z.dtype.type(0)
        for k in range(y.shape[1]):
            total += y[r, k] * d[r, k]
        for k in range(y.shape[1]):
            z[r, k] = y[r, k] * (d[r, k] - total)


@OPS.register("softmax")
@dataclass(frozen=True)
class Softmax(Op):
    """x [N, …, C]: dy = y (dx − Σ y dx), x_bar = y (y_bar − Σ y y_bar), sums over the last axis."""

    def shape(self, x: Shape) -> Shape:
        return x

    def forward(self, y, x, s):
        softmax_forward(rows(y), rows(x))

    def vjp(self, y_bar, x_bar, y, x, s):
        softmax_chain(rows(x_bar), rows(y_bar), rows(y))

    def jvp(self, y_dot, x_dot, y, x, s):
        softmax_chain(rows(y_dot), rows(x_dot), rows(y))
