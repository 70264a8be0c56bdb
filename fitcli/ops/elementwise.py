"""What ops on single numbers have in common: one loop forward, one for the derivative, around a scalar function."""

from __future__ import annotations

from dataclasses import fields
from typing import ClassVar

from fitcli.autodiff.op import Op, Shape
from fitcli.kernels.kernel import Kernel
from fitcli.kernels.lazy import inner
from fitcli.ops.exponential import exponential

# A function of numbers that the loops below call in the type of its first argument.
scalar = inner
# Inlined as source: a compiled function handed over as an argument could not be cached.
_loop = inner(inline="always")


@scalar
def number(x, value):
    """`value` in the type of x: a bare literal would make a float64 of a float32."""
    return type(x)(value)


@scalar
def logistic(x):
    """1 / (1 + e^−x)."""
    return number(x, 1) / (number(x, 1) + exponential(-x))


@_loop
def apply(f, y, x, settings):
    """y = f(x, *settings) for vectors."""
    for i in range(x.size):
        y[i] = f(x[i], *settings)


@_loop
def chain(slope, z, d, x, settings):
    """z = f'(x) d with slope(x, *settings) = f'(x): the derivative and its own transpose."""
    for i in range(x.size):
        z[i] = slope(x[i], *settings) * d[i]


class Elementwise(Op):
    """One input, the same shape out."""

    def shape(self, x: Shape) -> Shape:
        return x


class Mapped(Elementwise):
    """y = f(x), number by number: dy = f'(x) dx, x_bar = f'(x) y_bar. Its fields are numbers that follow x in f."""

    forward_kernel: ClassVar[Kernel]  # (y, x, *settings), made of `apply`
    chain_kernel: ClassVar[Kernel]  # (z, d, x, *settings), made of `chain`

    def _run(self, kernel: Kernel, *arrays) -> None:
        # As vectors: one compiled form for images and vectors alike.
        kernel(*(a.reshape(-1) for a in arrays), *(float(getattr(self, field.name)) for field in fields(self)))

    def forward(self, y, x, s):
        self._run(self.forward_kernel, y, x)

    def vjp(self, y_bar, x_bar, y, x, s):
        self._run(self.chain_kernel, x_bar, y_bar, x)

    def jvp(self, y_dot, x_dot, y, x, s):
        self._run(self.chain_kernel, y_dot, x_dot, x)
