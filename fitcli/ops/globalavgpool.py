"""Global average pooling (Lin, Chen & Yan, Network in network, 2014)."""

from __future__ import annotations

from dataclasses import dataclass

from fitcli.autodiff.op import Op, Shape
from fitcli.kernels.kernel import kernel
from fitcli.ops import OPS
from fitcli.ops.shapes import as_places


@kernel
def average(y, x):
    """y[n, c] = mean of x[n, ·, ·, c]."""
    n, h, w, c = x.shape
    scale = y.dtype.type(1) / y.dtype.type(h * w)
    for i in range(n):
        for k in range(c):
            y[i, k] = 0
        for r in range(h):
            for q in range(w):
                for k in range(c):
                    y[i, k] += x[i, r, q, k]
        for k in range(c):
            y[i, k] *= scale


@kernel
def spread(x_bar, y_bar):
    """x_bar[n, ·, ·, c] = y_bar[n, c] / (H·W)."""
    n, h, w, c = x_bar.shape
    scale = y_bar.dtype.type(1) / y_bar.dtype.type(h * w)
    for i in range(n):
        for r in range(h):
            for q in range(w):
                for k in range(c):
                    x_bar[i, r, q, k] = y_bar[i, k] * scale


@OPS.register("globalavgpool")
@dataclass(frozen=True)
class GlobalAvgPool(Op):
    """[N, H, W, C] → [N, C]: y = Σ x / (H·W); tokens [N, T, C] → [N, C] alike."""

    def shape(self, x: Shape) -> Shape:
        return as_places("globalavgpool", x)[-1:]

    def forward(self, y, x, s):
        average(y, image(x))

    def vjp(self, y_bar, x_bar, y, x, s):
        spread(image(x_bar), y_bar)

    def jvp(self, y_dot, x_dot, y, x, s):
        average(y_dot, image(x_dot))


def image(x):
    """Tokens as an image of one column."""
    return x if x.ndim == 4 else x.reshape(*x.shape[:2], 1, x.shape[2])
