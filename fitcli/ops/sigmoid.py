"""y = 1 / (1 + e^−x)."""

from __future__ import annotations

from dataclasses import dataclass

from fitcli.kernels.kernel import kernel
from fitcli.kernels.native import flat
from fitcli.ops import OPS
from fitcli.ops.elementwise import Elementwise
from fitcli.ops.exponential import exponential


@kernel
def sigmoid_forward(y, x):
    y, x = flat(y), flat(x)
    one = y.dtype.type(1)
    for i in range(x.size):
        e = exponential(-abs(x[i]))  # never overflows
        y[i] = one / (one + e) if x[i] >= 0 else e / (one + e)


@kernel
def sigmoid_chain(z, d, y):
    """z = y (1 − y) d: the derivative and its own transpose."""
    z, d, y = flat(z), flat(d), flat(y)
    one = y.dtype.type(1)
    for i in range(y.size):
        z[i] = y[i] * (one - y[i]) * d[i]


@OPS.register("sigmoid")
@dataclass(frozen=True)
class Sigmoid(Elementwise):
    """dy = y (1 − y) dx."""

    def forward(self, y, x, s):
        sigmoid_forward(y, x)

    def vjp(self, y_bar, x_bar, y, x, s):
        sigmoid_chain(x_bar, y_bar, y)

    def jvp(self, y_dot, x_dot, y, x, s):
        sigmoid_chain(y_dot, x_dot, y)
