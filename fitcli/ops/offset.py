"""A learned number added at each place, the same for every image: learned positions (Dosovitskiy et al., 2021)."""

from __future__ import annotations

from dataclasses import dataclass

from fitcli.autodiff.op import Op, Shape
from fitcli.kernels.kernel import kernel
from fitcli.kernels.native import flat
from fitcli.ops import OPS
from fitcli.ops.add import copy


@kernel
def offset_forward(y, x, w):
    """y[n] = x[n] + w."""
    w = flat(w)
    for n in range(y.shape[0]):
        into, source = flat(y[n]), flat(x[n])
        for i in range(w.size):
            into[i] = source[i] + w[i]


@kernel
def offset_sum(w_bar, y_bar):
    """w_bar += Σ y_bar[n]."""
    w_bar = flat(w_bar)
    for n in range(y_bar.shape[0]):
        source = flat(y_bar[n])
        for i in range(w_bar.size):
            w_bar[i] += source[i]


@OPS.register("offset")
@dataclass(frozen=True)
class Offset(Op):
    """x [N, …], w […] → y = x + w: dy = dx + dw; x_bar = y_bar, w_bar = Σₙ y_bar."""

    def shape(self, x: Shape) -> Shape:
        return x

    def forward(self, y, x, w, s):
        offset_forward(y, x, w)

    def vjp(self, y_bar, x_bar, w_bar, y, x, w, s):
        offset_sum(w_bar, y_bar)
        if x_bar is not None:
            copy(x_bar, y_bar)

    def jvp(self, y_dot, x_dot, w_dot, y, x, w, s):
        offset_forward(y_dot, x_dot, w_dot)
