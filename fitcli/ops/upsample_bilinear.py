"""A larger image whose pixels lie between those of the smaller one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fitcli.autodiff.op import Op, Shape
from fitcli.kernels.kernel import kernel
from fitcli.ops import OPS
from fitcli.ops.shapes import as_image


@kernel
def bilinear_forward(y, x, rows, columns, down, right):
    """y[r, q] = the mix of the four pixels at rows[r] × columns[q], by the weights down[r] and right[q]."""
    for n in range(y.shape[0]):
        for r in range(y.shape[1]):
            above, below = x[n, rows[r, 0]], x[n, rows[r, 1]]
            for q in range(y.shape[2]):
                b0, b1 = columns[q, 0], columns[q, 1]
                for k in range(y.shape[3]):
                    top = right[q, 0] * above[b0, k] + right[q, 1] * above[b1, k]
                    bottom = right[q, 0] * below[b0, k] + right[q, 1] * below[b1, k]
                    y[n, r, q, k] = down[r, 0] * top + down[r, 1] * bottom


@kernel
def bilinear_vjp(y_bar, x_bar, rows, columns, down, right):
    """The transpose: x_bar = 0, then each of the four pixels gets its share of y_bar[r, q]."""
    x_bar[:] = 0
    for n in range(y_bar.shape[0]):
        for r in range(y_bar.shape[1]):
            for i in range(2):
                into = x_bar[n, rows[r, i]]
                for q in range(y_bar.shape[2]):
                    for j in range(2):
                        weight = down[r, i] * right[q, j]
                        b = columns[q, j]
                        for k in range(y_bar.shape[3]):
                            into[b, k] += weight * y_bar[n, r, q, k]


def between(n: int, factor: int, dtype) -> tuple[np.ndarray, np.ndarray]:
    """For each of n · factor pixels its two neighbours among n, and their weights.

    Pixels are areas: the centre of pixel i lies at (i + 1/2) / factor of the small image; beyond its outer centres the
    border is repeated.
    """
    at = np.clip((np.arange(n * factor) + 0.5) / factor - 0.5, 0, n - 1)
    first = np.minimum(at.astype(np.int64), max(n - 2, 0))
    places = np.stack([first, np.minimum(first + 1, n - 1)], axis=1)
    weights = np.stack([1 - (at - first), at - first], axis=1)
    return np.ascontiguousarray(places, np.int64), np.ascontiguousarray(weights, dtype)


@OPS.register("upsample_bilinear")
@dataclass(frozen=True)
class UpsampleBilinear(Op):
    """[N, H, W, C] → [N, H·fh, W·fw, C]: y = R x Qᵀ, channel by channel.

    A row of R or Q has two weights that sum to 1. Linear, so dy = R dx Qᵀ and x_bar = Rᵀ y_bar Q.
    """

    factor: tuple[int, int] = (2, 2)

    def shape(self, x: Shape) -> Shape:
        h, w, c = as_image("upsample", x)
        return (h * self.factor[0], w * self.factor[1], c)

    def _tables(self, x):
        (rows, down), (columns, right) = (between(x.shape[1 + axis], self.factor[axis], x.dtype) for axis in range(2))
        return rows, columns, down, right

    def forward(self, y, x, s):
        bilinear_forward(y, x, *self._tables(x))

    def vjp(self, y_bar, x_bar, y, x, s):
        bilinear_vjp(y_bar, x_bar, *self._tables(x))

    def jvp(self, y_dot, x_dot, y, x, s):
        bilinear_forward(y_dot, x_dot, *self._tables(x))
