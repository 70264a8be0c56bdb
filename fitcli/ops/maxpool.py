"""Max pooling: the largest number of each window, channel by channel."""

from __future__ import annotations

from dataclasses import dataclass

from fitcli.autodiff.op import Op, Shape
from fitcli.autodiff.tape import fill
from fitcli.errors import Problem, ShapeError
from fitcli.kernels.kernel import kernel
from fitcli.kernels.quad import max_of_four, put_into_four
from fitcli.ops import OPS
from fitcli.ops.pooling import pooled
from fitcli.ops.shapes import show


_MAX_WINDOW = 2**24  # the place in a window is kept as a float32


@kernel
def maxpool_forward(y, place, x, kh, kw, sh, sw, top, left):
    """y = the maximum of each window, place = its number in the window, row by row; the first one of equals.

    A NaN counts as the largest number, so that it is not lost.
    """
    n, h, w, c = x.shape
    number = y.dtype.type
    for i in range(n):
        for r in range(y.shape[1]):
            r0 = r * sh - top
            for q in range(y.shape[2]):
                q0 = q * sw - left
                out, at = y[i, r, q], place[i, r, q]
                first = True
                for a in range(max(r0, 0), min(r0 + kh, h)):
                    for b in range(max(q0, 0), min(q0 + kw, w)):
                        value = x[i, a, b]
                        p = number((a - r0) * kw + b - q0)
                        if first:
                            for k in range(c):
                                out[k] = value[k]
                                at[k] = p
                            first = False
                        else:
                            for k in range(c):
                                better = not (out[k] >= value[k]) and out[k] == out[k]
                                at[k] = p if better else at[k]
                                out[k] = value[k] if better else out[k]


@kernel
def maxpool_pull(x_bar, y_bar, place, kh, kw, sh, sw, top, left):
    """x_bar += y_bar at the place of each window's maximum; x_bar starts at 0."""
    n, h, w, c = x_bar.shape
    zero = x_bar.dtype.type(0)
    for i in range(n):
        for r in range(y_bar.shape[1]):
            r0 = r * sh - top
            for q in range(y_bar.shape[2]):
                q0 = q * sw - left
                bar, at = y_bar[i, r, q], place[i, r, q]
                for a in range(max(r0, 0), min(r0 + kh, h)):
                    for b in range(max(q0, 0), min(q0 + kw, w)):
                        out = x_bar[i, a, b]
                        p = x_bar.dtype.type((a - r0) * kw + b - q0)
                        for k in range(c):
                            out[k] += bar[k] if at[k] == p else zero


@kernel
def maxpool_push(y_dot, x_dot, place, kw, sh, sw, top, left):
    """y_dot = x_dot at the place of each window's maximum."""
    n, h, w, c = y_dot.shape
    for i in range(n):
        for r in range(h):
            for q in range(w):
                for k in range(c):
                    p = int(place[i, r, q, k])
                    y_dot[i, r, q, k] = x_dot[i, r * sh - top + p // kw, q * sw - left + p % kw, k]


@OPS.register("maxpool")
@dataclass(frozen=True)
class MaxPool(Op):
    """y[r, q] = max over a < kh, b < kw of x[r·sh − pad + a, q·sw − pad + b]; the border counts as −∞.

    dy is dx at the place of the maximum, the first one of equals; y_bar goes back to that place.
    """

    size: tuple[int, int]
    stride: tuple[int, int]
    padding: tuple[int, int] = (0, 0)
    ceil_mode: bool = False

    def shape(self, x: Shape) -> Shape:
        if self.size[0] * self.size[1] > _MAX_WINDOW:
            raise ShapeError(Problem(f"maxpool's window of {show(self.size)} is too large", hint="globalmaxpool"))
        return pooled("maxpool", x, self.size, self.stride, self.padding, self.ceil_mode)

    @property
    def quads(self) -> bool:
        """Windows of two by two side by side, which have loops of their own."""
        return self.size == self.stride == (2, 2) and self.padding == (0, 0) and not self.ceil_mode

    def forward(self, y, x, s):
        s.place = s.new(y.shape)
        if self.quads:
            max_of_four(y, s.place, x)
        else:
            maxpool_forward(y, s.place, x, *self.size, *self.stride, *self.padding)

    def vjp(self, y_bar, x_bar, y, x, s):
        if self.quads:
            put_into_four(x_bar, y_bar, s.place)
        else:
            fill(x_bar, 0.0)
            maxpool_pull(x_bar, y_bar, s.place, *self.size, *self.stride, *self.padding)

    def jvp(self, y_dot, x_dot, y, x, s):
        maxpool_push(y_dot, x_dot, s.place, self.size[1], *self.stride, *self.padding)
