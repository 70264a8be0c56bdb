"""The loss of an image that two images were mixed to (Zhang et al., mixup, 2017)."""

from __future__ import annotations

from dataclasses import dataclass

from fitcli.autodiff.op import Op, Shape
from fitcli.kernels.kernel import kernel
from fitcli.ops import OPS
from fitcli.ops.add import copy


@kernel
def blend_forward(y, a, b, share):
    """y = share · a + (1 − share) · b."""
    number = y.dtype.type
    for n in range(y.size):
        s = number(share[n])
        y[n] = s * a[n] + (number(1) - s) * b[n]


@kernel
def blend_vjp(a_bar, b_bar, y_bar, share):
    number = y_bar.dtype.type
    for n in range(y_bar.size):
        s = number(share[n])
        a_bar[n] = s * y_bar[n]
        b_bar[n] = (number(1) - s) * y_bar[n]


@OPS.register("blend")
@dataclass(frozen=True)
class Blend(Op):
    """a, b, share [N] → y = share · a + (1 − share) · b; dy = share · da + (1 − share) · db. In evaluation y = a."""

    def shape(self, a: Shape, b: Shape, share: Shape) -> Shape:
        return a

    def forward(self, y, a, b, share, s):
        blend_forward(y, a, b, share)

    def evaluate(self, y, a, b, share, s):
        copy(y, a)

    def vjp(self, y_bar, a_bar, b_bar, share_bar, y, a, b, share, s):
        blend_vjp(a_bar, b_bar, y_bar, share)

    def jvp(self, y_dot, a_dot, b_dot, share_dot, y, a, b, share, s):
        blend_forward(y_dot, a_dot, b_dot, share)
