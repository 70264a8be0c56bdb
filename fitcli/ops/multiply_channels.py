"""y = a · b with one factor b for each image and channel (Hu, Shen & Sun, Squeeze-and-excitation networks, 2018)."""

from __future__ import annotations

from dataclasses import dataclass

from fitcli.autodiff.op import Op, Shape
from fitcli.errors import Problem, ShapeError
from fitcli.kernels.kernel import kernel
from fitcli.ops import OPS
from fitcli.ops.shapes import show
from fitcli.ops.views import pixels


@kernel
def multiply_channels_forward(y, a, b, add):
    """y[n, p, c] = a[n, p, c] · b[n, c], or += when `add`."""
    n, pixels, c = a.shape
    for i in range(n):
        for p in range(pixels):
            if add:
                for k in range(c):
                    y[i, p, k] += a[i, p, k] * b[i, k]
            else:
                for k in range(c):
                    y[i, p, k] = a[i, p, k] * b[i, k]


@kernel
def sum_products(b_bar, y_bar, a):
    """b_bar[n, c] = Σ over p of a y_bar."""
    n, pixels, c = a.shape
    for i in range(n):
        b_bar[i] = 0
        for p in range(pixels):
            for k in range(c):
                b_bar[i, k] += a[i, p, k] * y_bar[i, p, k]


@OPS.register("multiply_channels")
@dataclass(frozen=True)
class MultiplyChannels(Op):
    """a [N, …, C], b [N, C]: dy = b da + a db; a_bar = b y_bar, b_bar = Σ a y_bar over the pixels of an image."""

    def shape(self, a: Shape, b: Shape) -> Shape:
        if b != a[-1:]:
            raise ShapeError(
                Problem(f"multiply_channels needs one factor for each channel of {show(a)}, got {show(b)}",
                        hint=f"a branch that ends in `dense: {a[-1]}`")  # fmt: skip
            )
        return a

    def forward(self, y, a, b, s):
        multiply_channels_forward(pixels(y), pixels(a), b, False)

    def vjp(self, y_bar, a_bar, b_bar, y, a, b, s):
        if a_bar is not None:
            multiply_channels_forward(pixels(a_bar), pixels(y_bar), b, False)
        if b_bar is not None:
            sum_products(b_bar, pixels(y_bar), pixels(a))

    def jvp(self, y_dot, a_dot, b_dot, y, a, b, s):
        multiply_channels_forward(pixels(y_dot), pixels(a_dot), b, False)
        multiply_channels_forward(pixels(y_dot), pixels(a), b_dot, True)
