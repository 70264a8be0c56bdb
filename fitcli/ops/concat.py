"""Branches side by side: one's channels after another's (Szegedy et al., Going deeper with convolutions, 2015)."""

from __future__ import annotations

from dataclasses import dataclass

from fitcli.autodiff.op import Op, Shape
from fitcli.errors import Problem, ShapeError
from fitcli.kernels.kernel import kernel
from fitcli.ops import OPS
from fitcli.ops.shapes import show
from fitcli.ops.views import rows


@kernel
def put_channels(whole, part, start):
    """whole[:, start : start + c] = part."""
    c = part.shape[-1]
    for r in range(part.shape[0]):
        for k in range(c):
            whole[r, start + k] = part[r, k]


@kernel
def take_channels(part, whole, start):
    """part = whole[:, start : start + c]."""
    c = part.shape[-1]
    for r in range(part.shape[0]):
        for k in range(c):
            part[r, k] = whole[r, start + k]


@OPS.register("concat")
@dataclass(frozen=True)
class Concat(Op):
    """Any number of inputs [N, …, Cᵢ] → [N, …, Σ Cᵢ]. Linear; each x_bar is its own slice of y_bar."""

    def shape(self, *x: Shape) -> Shape:
        for other in x[1:]:
            if other[:-1] != x[0][:-1] or len(other) != len(x[0]):
                raise ShapeError(
                    Problem(f"concat needs inputs that differ in their channels only, got {' and '.join(map(show, x))}",
                            hint="the same strides and paddings in all branches")  # fmt: skip
                )
        return (*x[0][:-1], sum(shape[-1] for shape in x))

    def _put(self, y, xs):
        start = 0
        for x in xs:
            put_channels(rows(y), rows(x), start)
            start += x.shape[-1]

    def forward(self, y, *xs_and_s):
        self._put(y, xs_and_s[:-1])

    def vjp(self, y_bar, *args):
        count = (len(args) - 2) // 2
        start = 0
        for x_bar, x in zip(args[:count], args[count + 1 : -1], strict=True):
            if x_bar is not None:
                take_channels(rows(x_bar), rows(y_bar), start)
            start += x.shape[-1]

    def jvp(self, y_dot, *args):
        self._put(y_dot, args[: (len(args) - 2) // 2])
