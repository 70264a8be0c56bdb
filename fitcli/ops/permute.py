"""Axes in another order."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

from fitcli.autodiff.op import Op, Shape
from fitcli.errors import Problem, ShapeError
from fitcli.kernels.kernel import kernel
from fitcli.kernels.native import flat
from fitcli.ops import OPS
from fitcli.ops.shapes import show


@kernel
def permute_forward(y, x, s0, s1, s2):
    """y[n, i, j, k] = x[n, i·s0 + j·s1 + k·s2]."""
    for n in range(y.shape[0]):
        source = flat(x[n])
        for i in range(y.shape[1]):
            for j in range(y.shape[2]):
                for k in range(y.shape[3]):
                    y[n, i, j, k] = source[i * s0 + j * s1 + k * s2]


@OPS.register("permute")
@dataclass(frozen=True)
class Permute(Op):
    """y's axis i is x's axis order[i] (0 = the first one of an image). Linear; its transpose is the inverse order."""

    order: tuple[int, ...]

    def shape(self, x: Shape) -> Shape:
        if sorted(self.order) != list(range(len(x))):
            axes = list(range(len(x)))
            raise ShapeError(Problem(f"permute {list(self.order)} is no order of the {len(x)} axes of {show(x)}",
                                     allowed=f"each of {axes} once", hint=f"{axes[::-1]}"))  # fmt: skip
        return tuple(x[axis] for axis in self.order)

    def forward(self, y, x, s):
        move(y, x, self.order)

    def vjp(self, y_bar, x_bar, y, x, s):
        move(x_bar, y_bar, tuple(self.order.index(axis) for axis in range(len(self.order))))

    def jvp(self, y_dot, x_dot, y, x, s):
        move(y_dot, x_dot, self.order)


def move(y, x, order: tuple[int, ...]) -> None:
    """Copy x into y, axis order[i] becoming axis i: up to three axes beside the batch's."""
    strides = [prod(x.shape[2 + axis :]) for axis in order]
    fill = 3 - len(order)
    permute_forward(y.reshape(y.shape[0], *[1] * fill, *y.shape[1:]), x, *[0] * fill, *strides)
