"""Max pooling: the largest number of each window, channel by channel."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fitcli.autodiff.op import Op, Shape
from fitcli.errors import Problem, ShapeError
from fitcli.kernels.kernel import kernel
from fitcli.ops import OPS
from fitcli.ops.shapes import as_image, show


@kernel
def maxpool_forward(y, x, kh, kw, sh, sw, top, left):
    n, h, w, c = x.shape
    for i in range(n):
        for r in range(y.shape[1]):
            r0 = r * sh - top
            for q in range(y.shape[2]):
                q0 = q * sw - left
                out = y[i, r, q]
                out[:] = -np.inf
                for a in range(max(r0, 0), min(r0 + kh, h)):
                    for b in range(max(q0, 0), min(q0 + kw, w)):
                        value = x[i, a, b]
                        for k in range(c):
                            # A NaN wins and stays: the comparison is false for it on either side.
                            out[k] = out[k] if out[k] >= value[k] else value[k]


@kernel
def maxpool_chain(z, d, y, x, kh, kw, sh, sw, top, left, back):
    """back: z = 0, then z += d at the first place of each window that holds the maximum; else z = d from there."""
    n, h, w, c = x.shape
    zero = z.dtype.type(0)
    one = z.dtype.type(1)
    left_over = np.zeros(c, z.dtype)
    if back:
        z[:] = zero
    for i in range(n):
        for r in range(y.shape[1]):
            r0 = r * sh - top
            for q in range(y.shape[2]):
                q0 = q * sw - left
                best = y[i, r, q]
                left_over[:] = one
                if not back:
                    z[i, r, q] = zero
                for a in range(max(r0, 0), min(r0 + kh, h)):
                    for b in range(max(q0, 0), min(q0 + kw, w)):
                        value = x[i, a, b]
                        if back:
                            into, out = d[i, r, q], z[i, a, b]
                        else:
                            into, out = d[i, a, b], z[i, r, q]
                        for k in range(c):
                            hit = left_over[k] if value[k] == best[k] else zero
                            out[k] += hit * into[k]
                            left_over[k] -= hit


@OPS.register("maxpool")
@dataclass(frozen=True)
class MaxPool(Op):
    """y[r, q] = max over a < kh, b < kw of x[r·sh − pad + a, q·sw − pad + b]; the border counts as −∞.

    dy is dx at the place of the maximum, the first one of equals; y_bar goes back to that place.
    """

    size: tuple[int, int]
    stride: tuple[int, int]
    padding: tuple[int, int] = (0, 0)

    def shape(self, x: Shape) -> Shape:
        h, w, c = as_image("maxpool", x)
        out = tuple((n + 2 * p - k) // s + 1 for n, k, s, p in zip((h, w), self.size, self.stride, self.padding, strict=True))
        if min(out) < 1:
            raise ShapeError(Problem(f"maxpool {show(self.size)} does not fit into {show(x)}", hint="a smaller size or fewer pooling layers"))
        if any(2 * p > k for p, k in zip(self.padding, self.size, strict=True)):
            raise ShapeError(Problem(f"maxpool's padding {show(self.padding)} is more than half of its size {show(self.size)}"))
        return (*out, c)

    @property
    def _window(self):
        return (*self.size, *self.stride, *self.padding)

    def forward(self, y, x, s):
        maxpool_forward(y, x, *self._window)

    def vjp(self, y_bar, x_bar, y, x, s):
        maxpool_chain(x_bar, y_bar, y, x, *self._window, True)

    def jvp(self, y_dot, x_dot, y, x, s):
        maxpool_chain(y_dot, x_dot, y, x, *self._window, False)
