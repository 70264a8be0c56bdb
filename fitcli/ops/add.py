"""y = a + b."""

from __future__ import annotations

from dataclasses import dataclass

from fitcli.autodiff.op import Op, Shape
from fitcli.kernels.kernel import kernel
from fitcli.kernels.native import flat
from fitcli.ops import OPS
from fitcli.ops.shapes import same_shape


@kernel
def add_forward(y, a, b):
    y, a, b = flat(y), flat(a), flat(b)
    for i in range(y.size):
        y[i] = a[i] + b[i]


@kernel
def copy(y, x):
    """y = x."""
    y, x = flat(y), flat(x)
    for i in range(y.size):
        y[i] = x[i]


@OPS.register("add")
@dataclass(frozen=True)
class Add(Op):
    """dy = da + db, so each gradient is y_bar."""

    def shape(self, a: Shape, b: Shape) -> Shape:
        return same_shape("add", a, b)

    def forward(self, y, a, b, s):
        add_forward(y, a, b)

    def vjp(self, y_bar, a_bar, b_bar, y, a, b, s):
        for x_bar in (a_bar, b_bar):
            if x_bar is not None:
                copy(x_bar, y_bar)

    def jvp(self, y_dot, a_dot, b_dot, y, a, b, s):
        add_forward(y_dot, a_dot, b_dot)
