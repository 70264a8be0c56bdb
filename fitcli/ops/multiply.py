"""y = a · b, number by number.

Multiplication is a function of two variables, (a + da)(b + db) = ab + b da + a db + da db, so its derivative at (a, b)
is the linear map (da, db) ↦ b da + a db. The product rule is this and the chain rule, nothing more.
"""

from __future__ import annotations

from dataclasses import dataclass

from fitcli.autodiff.op import Op, Shape
from fitcli.kernels.kernel import kernel
from fitcli.kernels.native import flat
from fitcli.ops import OPS
from fitcli.ops.shapes import same_shape


@kernel
def multiply_forward(y, a, b):
    y, a, b = flat(y), flat(a), flat(b)
    for i in range(y.size):
        y[i] = a[i] * b[i]


@kernel
def multiply_jvp(y_dot, a_dot, b_dot, a, b):
    y_dot, a_dot, b_dot, a, b = flat(y_dot), flat(a_dot), flat(b_dot), flat(a), flat(b)
    for i in range(y_dot.size):
        y_dot[i] = b[i] * a_dot[i] + a[i] * b_dot[i]


@OPS.register("multiply")
@dataclass(frozen=True)
class Multiply(Op):
    """dy = b da + a db; a_bar = b y_bar, b_bar = a y_bar."""

    def shape(self, a: Shape, b: Shape) -> Shape:
        return same_shape("multiply", a, b)

    def forward(self, y, a, b, s):
        multiply_forward(y, a, b)

    def vjp(self, y_bar, a_bar, b_bar, y, a, b, s):
        if a_bar is not None:
            multiply_forward(a_bar, b, y_bar)
        if b_bar is not None:
            multiply_forward(b_bar, a, y_bar)

    def jvp(self, y_dot, a_dot, b_dot, y, a, b, s):
        multiply_jvp(y_dot, a_dot, b_dot, a, b)
