"""Average pooling: the mean of each window, channel by channel (LeCun et al., Gradient-based learning, 1998)."""

from __future__ import annotations

from dataclasses import dataclass

from fitcli.autodiff.op import Op, Shape
from fitcli.kernels.kernel import kernel
from fitcli.ops import OPS
from fitcli.ops.pooling import pooled, spans


@kernel
def average_windows(y, x, rows, columns, area):
    """y[n, r, q] = Σ x over rows[r] × columns[q], divided by `area`, or by the number of pixels when that is 0."""
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
                count = area if area > 0 else (rows[r, 1] - rows[r, 0]) * (columns[q, 1] - columns[q, 0])
                scale = y.dtype.type(1) / y.dtype.type(count)
                for k in range(out.size):
                    out[k] *= scale


@kernel
def spread_windows(x_bar, y_bar, rows, columns, area):
    """The transpose: x_bar = 0, then every pixel of a window gets its share of y_bar."""
    x_bar[:] = 0
    for i in range(x_bar.shape[0]):
        for r in range(y_bar.shape[1]):
            for q in range(y_bar.shape[2]):
                share = y_bar[i, r, q]
                count = area if area > 0 else (rows[r, 1] - rows[r, 0]) * (columns[q, 1] - columns[q, 0])
                scale = y_bar.dtype.type(1) / y_bar.dtype.type(count)
                for a in range(rows[r, 0], rows[r, 1]):
                    for b in range(columns[q, 0], columns[q, 1]):
                        into = x_bar[i, a, b]
                        for k in range(share.size):
                            into[k] += share[k] * scale


@OPS.register("avgpool")
@dataclass(frozen=True)
class AvgPool(Op):
    """y[r, q] = Σ x[r·sh − pad + a, q·sw − pad + b] / (kh·kw) over a < kh, b < kw; the border counts as 0.

    Without `count_include_pad` each window is divided by its pixels inside of the image. Linear, so dy is the same
    sum of dx; x_bar sums the shares of every window that a pixel is in.
    """

    size: tuple[int, int]
    stride: tuple[int, int]
    padding: tuple[int, int] = (0, 0)
    count_include_pad: bool = True

    def shape(self, x: Shape) -> Shape:
        return pooled("avgpool", x, self.size, self.stride, self.padding)

    def _windows(self, y, x):
        rows, columns = (
            spans(x.shape[1 + axis], y.shape[1 + axis], self.size[axis], self.stride[axis], self.padding[axis])
            for axis in range(2)
        )
        return rows, columns, self.size[0] * self.size[1] if self.count_include_pad else 0

    def forward(self, y, x, s):
        average_windows(y, x, *self._windows(y, x))

    def vjp(self, y_bar, x_bar, y, x, s):
        spread_windows(x_bar, y_bar, *self._windows(y, x))

    def jvp(self, y_dot, x_dot, y, x, s):
        average_windows(y_dot, x_dot, *self._windows(y, x))
