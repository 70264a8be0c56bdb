"""The first token alone: where a class token has gathered what the others know (Dosovitskiy et al., 2021)."""

from __future__ import annotations

from dataclasses import dataclass

from fitcli.autodiff.op import Op, Shape
from fitcli.kernels.kernel import kernel
from fitcli.ops import OPS
from fitcli.ops.shapes import as_tokens


@kernel
def first_forward(y, x):
    """y[n] = x[n, 0]."""
    for n in range(y.shape[0]):
        for k in range(y.shape[1]):
            y[n, k] = x[n, 0, k]


@kernel
def first_vjp(x_bar, y_bar):
    """x_bar = 0, but x_bar[n, 0] = y_bar[n]."""
    x_bar[:] = 0
    for n in range(y_bar.shape[0]):
        for k in range(y_bar.shape[1]):
            x_bar[n, 0, k] = y_bar[n, k]


@OPS.register("first")
@dataclass(frozen=True)
class First(Op):
    """[N, T, C] → [N, C]: y = x[·, 0]. Linear; the transpose puts y_bar there and 0 elsewhere."""

    def shape(self, x: Shape) -> Shape:
        return as_tokens("first_token", x)[1:]

    def forward(self, y, x, s):
        first_forward(y, x)

    def vjp(self, y_bar, x_bar, y, x, s):
        first_vjp(x_bar, y_bar)

    def jvp(self, y_dot, x_dot, y, x, s):
        first_forward(y_dot, x_dot)
