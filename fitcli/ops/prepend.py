"""A learned token before those of the image (Devlin et al., BERT, 2019; Dosovitskiy et al., An image is worth 16×16
words, 2021)."""

from __future__ import annotations

from dataclasses import dataclass

from fitcli.autodiff.op import Op, Shape
from fitcli.kernels.kernel import kernel
from fitcli.kernels.native import flat
from fitcli.ops import OPS
from fitcli.ops.shapes import as_tokens


@kernel
def prepend_forward(y, x, w):
    """y[n, 0] = w, y[n, 1 + t] = x[n, t]."""
    for n in range(y.shape[0]):
        for k in range(w.size):
            y[n, 0, k] = w[k]
        into, source = flat(y[n, 1:]), flat(x[n])
        for i in range(source.size):
            into[i] = source[i]


@kernel
def prepend_vjp(w_bar, x_bar, y_bar):
    """w_bar += Σ y_bar[n, 0], x_bar[n, t] = y_bar[n, 1 + t]; x_bar may be None."""
    for n in range(y_bar.shape[0]):
        for k in range(w_bar.size):
            w_bar[k] += y_bar[n, 0, k]
        if x_bar is not None:
            source, into = flat(y_bar[n, 1:]), flat(x_bar[n])
            for i in range(into.size):
                into[i] = source[i]


@OPS.register("prepend")
@dataclass(frozen=True)
class Prepend(Op):
    """x [N, T, C], w [C] → [N, T + 1, C]: w, then x. Linear: w_bar = Σ y_bar[·, 0], x_bar is the rest of y_bar."""

    def shape(self, x: Shape) -> Shape:
        t, c = as_tokens("class_token", x)
        return (t + 1, c)

    def forward(self, y, x, w, s):
        prepend_forward(y, x, w)

    def vjp(self, y_bar, x_bar, w_bar, y, x, w, s):
        prepend_vjp(w_bar, x_bar, y_bar)

    def jvp(self, y_dot, x_dot, w_dot, y, x, w, s):
        prepend_forward(y_dot, x_dot, w_dot)
