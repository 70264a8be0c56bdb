"""Penalties on weights as part of the loss: the lasso (Tibshirani, 1996) and ridge regression (Hoerl & Kennard, 1970)."""

from __future__ import annotations

from dataclasses import dataclass

from fitcli.autodiff.op import Op, Shape
from fitcli.kernels.kernel import kernel
from fitcli.kernels.native import flat
from fitcli.ops import OPS
from fitcli.ops.add import copy


@kernel
def add_penalty(y, w, l1, l2):
    """y[n] += l1 Σ|w| + l2 Σ w²."""
    w = flat(w)
    total = y.dtype.type(0)
    for i in range(w.size):
        total += l1 * abs(w[i]) + l2 * w[i] * w[i]
    for n in range(y.size):
        y[n] += total


@kernel
def add_penalty_tangent(y_dot, w_dot, w, l1, l2):
    """y_dot[n] += Σ (l1 sign w + 2 l2 w) w_dot."""
    w, w_dot = flat(w), flat(w_dot)
    total = y_dot.dtype.type(0)
    for i in range(w.size):
        total += (l1 * ((w[i] > 0) - (w[i] < 0)) + 2 * l2 * w[i]) * w_dot[i]
    for n in range(y_dot.size):
        y_dot[n] += total


@kernel
def add_penalty_gradient(w_bar, y_bar, w, l1, l2):
    """w_bar += (l1 sign w + 2 l2 w) Σ y_bar."""
    w, w_bar = flat(w), flat(w_bar)
    total = y_bar.dtype.type(0)
    for n in range(y_bar.size):
        total += y_bar[n]
    for i in range(w.size):
        w_bar[i] += (l1 * ((w[i] > 0) - (w[i] < 0)) + 2 * l2 * w[i]) * total


@OPS.register("penalty")
@dataclass(frozen=True)
class Penalty(Op):
    """x [N], weights wᵢ → y [N]: y = x + Σᵢ (l1ᵢ Σ|wᵢ| + l2ᵢ Σ wᵢ²); its mean over a batch is that of x plus the penalty.

    dy = dx + Σᵢ Σ (l1ᵢ sign wᵢ + 2 l2ᵢ wᵢ) dwᵢ. Outside of training y = x: what is measured is the loss on the images.
    """

    l1: tuple[float, ...]
    l2: tuple[float, ...]

    def shape(self, x: Shape) -> Shape:
        return x

    def forward(self, y, x, *w_and_s):
        copy(y, x)
        for w, l1, l2 in zip(w_and_s[:-1], self.l1, self.l2, strict=True):
            add_penalty(y, w, float(l1), float(l2))

    def evaluate(self, y, x, *w_and_s):
        copy(y, x)

    def vjp(self, y_bar, x_bar, *args):
        count = len(self.l1)
        if x_bar is not None:
            copy(x_bar, y_bar)
        for w_bar, w, l1, l2 in zip(args[:count], args[count + 2 : -1], self.l1, self.l2, strict=True):
            add_penalty_gradient(w_bar, y_bar, w, float(l1), float(l2))

    def jvp(self, y_dot, x_dot, *args):
        count = len(self.l1)
        copy(y_dot, x_dot)
        for w_dot, w, l1, l2 in zip(args[:count], args[count + 2 : -1], self.l1, self.l2, strict=True):
            add_penalty_tangent(y_dot, w_dot, w, float(l1), float(l2))
