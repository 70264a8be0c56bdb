"""Average pooling: the mean of each window, channel by channel (LeCun et al., Gradient-based learning, 1998)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fitcli.autodiff.op import Op, Shape
from fitcli.kernels.kernel import kernel
from fitcli.ops import OPS
from fitcli.ops.pooling import pooled, spans


@kernel
def average_windows(y, x, rows, columns):
    """y[n, r, q] = Σ x over rows[r] × columns[q] / (their third numbers); a table holds first, end, divisor."""
    for i in range(x.shape[0]):
        for r in range(y.shape[1]):
            for q in range(y.shape[2]):
                out = y[i, r, q]
                out[:] = 0
                for a in range(rows[r, 0], rows[r, 1]):
                    for b in range(columns[q, 0], columns[q, 1]):
                        value = x[i, a, b]
                        for k in range(out.size):
                            out[k] += value[k]
                scale = y.dtype.type(1) / y.dtype.type(rows[r, 2] * columns[q, 2])
                for k in range(out.size):
                    out[k] *= scale


@kernel
def spread_windows(x_bar, y_bar, rows, columns):
    """The transpose: x_bar = 0, then every pixel of a window gets its share of y_bar."""
    x_bar[:] = 0
    for i in range(x_bar.shape[0]):
        for r in range(y_bar.shape[1]):
            for q in range(y_bar.shape[2]):
                share = y_bar[i, r, q]
                scale = y_bar.dtype.type(1) / y_bar.dtype.type(rows[r, 2] * columns[q, 2])
                for a in range(rows[r, 0], rows[r, 1]):
                    for b in range(columns[q, 0], columns[q, 1]):
                        into = x_bar[i, a, b]
                        for k in range(share.size):
                            into[k] += share[k] * scale


def with_counts(table: np.ndarray) -> np.ndarray:
    """[first, end] → [first, end, pixels between]."""
    return np.column_stack([table, table[:, 1] - table[:, 0]])


@OPS.register("avgpool")
@dataclass(frozen=True)
class AvgPool(Op):
    """y[r, q] = Σ x[r·sh − pad + a, q·sw − pad + b] / (kh·kw) over a < kh, b < kw; the border counts as 0.

    Without `count_include_pad` each window is divided by its pixels inside of the image. What of a window of
    `ceil_mode` lies beyond the border does not count either way. Linear, so dy is the same sum of dx; x_bar sums the
    shares of every window that a pixel is in.
    """

    size: tuple[int, int]
    stride: tuple[int, int]
    padding: tuple[int, int] = (0, 0)
    count_include_pad: bool = True
    ceil_mode: bool = False

    def shape(self, x: Shape) -> Shape:
        return pooled("avgpool", x, self.size, self.stride, self.padding, self.ceil_mode)

    def _windows(self, y, x):
        return [self._table(axis, x.shape[1 + axis], y.shape[1 + axis]) for axis in range(2)]

    def _table(self, axis, n, out):
        size, stride, padding = self.size[axis], self.stride[axis], self.padding[axis]
        table = spans(n, out, size, stride, padding)
        if not self.count_include_pad:
            return with_counts(table)
        first = np.arange(out) * stride - padding
        return np.column_stack([table, np.minimum(first + size, n + padding) - first])

    def forward(self, y, x, s):
        average_windows(y, x, *self._windows(y, x))

    def vjp(self, y_bar, x_bar, y, x, s):
        spread_windows(x_bar, y_bar, *self._windows(y, x))

    def jvp(self, y_dot, x_dot, y, x, s):
        average_windows(y_dot, x_dot, *self._windows(y, x))
