"""y = x above 0, a · x below, a learned (He et al., Delving deep into rectifiers, 2015)."""

from __future__ import annotations

from dataclasses import dataclass

from fitcli.autodiff.op import Op, Shape
from fitcli.kernels.kernel import kernel
from fitcli.ops import OPS
from fitcli.ops.views import rows


@kernel
def prelu_scale(z, d, x, slope):
    """z = d where x > 0, else slope · d: forward for d = x, the derivative and its own transpose for others."""
    step = 1 if slope.size > 1 else 0
    zero = x.dtype.type(0)
    for r in range(x.shape[0]):
        for k in range(x.shape[1]):
            z[r, k] = d[r, k] if x[r, k] > zero else slope[k * step] * d[r, k]


@kernel
def prelu_slope_vjp(slope_bar, y_bar, x):
    """slope_bar += Σ x y_bar over x ≤ 0."""
    step = 1 if slope_bar.size > 1 else 0
    zero = x.dtype.type(0)
    for r in range(x.shape[0]):
        for k in range(x.shape[1]):
            slope_bar[k * step] += y_bar[r, k] * x[r, k] if x[r, k] <= zero else zero


@kernel
def prelu_slope_jvp(y_dot, slope_dot, x):
    """y_dot += slope_dot · x over x ≤ 0."""
    step = 1 if slope_dot.size > 1 else 0
    zero = x.dtype.type(0)
    for r in range(x.shape[0]):
        for k in range(x.shape[1]):
            y_dot[r, k] += slope_dot[k * step] * x[r, k] if x[r, k] <= zero else zero


@OPS.register("prelu")
@dataclass(frozen=True)
class PReLU(Op):
    """x [N, …, C], a [1] or [C]: dy = dx where x > 0, else a dx + x da; a_bar = Σ x y_bar over x ≤ 0."""

    def shape(self, x: Shape) -> Shape:
        return x

    def forward(self, y, x, slope, s):
        prelu_scale(rows(y), rows(x), rows(x), slope)

    def vjp(self, y_bar, x_bar, slope_bar, y, x, slope, s):
        prelu_slope_vjp(slope_bar, rows(y_bar), rows(x))
        if x_bar is not None:
            prelu_scale(rows(x_bar), rows(y_bar), rows(x), slope)

    def jvp(self, y_dot, x_dot, slope_dot, y, x, slope, s):
        prelu_scale(rows(y_dot), rows(x_dot), rows(x), slope)
        prelu_slope_jvp(rows(y_dot), slope_dot, rows(x))
