"""y = tanh x."""

from __future__ import annotations

from dataclasses import dataclass

from fitcli.kernels.kernel import kernel
from fitcli.kernels.native import flat
from fitcli.ops import OPS
from fitcli.ops.elementwise import Elementwise
from fitcli.ops.exponential import hyperbolic_tangent


@kernel
def tanh_forward(y, x):
    y, x = flat(y), flat(x)
    for i in range(x.size):
        y[i] = hyperbolic_tangent(x[i])


@kernel
def tanh_chain(z, d, y):
    """z = (1 − y²) d: the derivative and its own transpose."""
    z, d, y = flat(z), flat(d), flat(y)
    one = y.dtype.type(1)
    for i in range(y.size):
        z[i] = (one - y[i] * y[i]) * d[i]


@OPS.register("tanh")
@dataclass(frozen=True)
class Tanh(Elementwise):
    """dy = (1 − y²) dx."""

    def forward(self, y, x, s):
        tanh_forward(y, x)

    def vjp(self, y_bar, x_bar, y, x, s):
        tanh_chain(x_bar, y_bar, y)

    def jvp(self, y_dot, x_dot, y, x, s):
        tanh_chain(y_dot, x_dot, y)
