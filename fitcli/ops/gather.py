"""Ops that move pixels, such as pad and crop: each pixel of the output is a copy of one of the input's, or 0."""

from __future__ import annotations

import numpy as np

from fitcli.autodiff.op import Op, Shape
from fitcli.kernels.kernel import kernel


@kernel
def gather_forward(y, x, rows, columns):
    """y[n, r, q] = x[n, rows[r], columns[q]]; an index below 0 stands for 0."""
    zero = y.dtype.type(0)
    for n in range(y.shape[0]):
        for r in range(y.shape[1]):
            a = rows[r]
            for q in range(y.shape[2]):
                b = columns[q]
                into = y[n, r, q]
                if a < 0 or b < 0:
                    into[:] = zero
                else:
                    source = x[n, a, b]
                    for k in range(into.size):
                        into[k] = source[k]


@kernel
def gather_vjp(y_bar, x_bar, rows, columns):
    """The transpose: x_bar = 0, then x_bar[n, rows[r], columns[q]] += y_bar[n, r, q]."""
    x_bar[:] = 0
    for n in range(y_bar.shape[0]):
        for r in range(y_bar.shape[1]):
            a = rows[r]
            for q in range(y_bar.shape[2]):
                b = columns[q]
                if a >= 0 and b >= 0:
                    source, into = y_bar[n, r, q], x_bar[n, a, b]
                    for k in range(into.size):
                        into[k] += source[k]


class Gather(Op):
    """y[r, q] = x[rows[r], columns[q]]: linear, so dy is the same of dx; x_bar sums y_bar over a pixel's copies."""

    def places(self, axis: int, n: int) -> np.ndarray:
        """For each output row (axis 0) or column (axis 1) the one of n in the input it copies, or −1 for 0."""
        raise NotImplementedError

    def _tables(self, x):
        return tuple(np.ascontiguousarray(self.places(axis, x.shape[1 + axis]), np.int64) for axis in range(2))

    def _gathered(self, x: Shape) -> Shape:
        return (len(self.places(0, x[0])), len(self.places(1, x[1])), x[2])

    def forward(self, y, x, s):
        gather_forward(y, x, *self._tables(x))

    def vjp(self, y_bar, x_bar, y, x, s):
        gather_vjp(y_bar, x_bar, *self._tables(x))

    def jvp(self, y_dot, x_dot, y, x, s):
        gather_forward(y_dot, x_dot, *self._tables(x))
