"""y = max(x, 0) (Nair & Hinton, Rectified linear units, 2010)."""

from __future__ import annotations

from dataclasses import dataclass

from fitcli.kernels.kernel import kernel
from fitcli.kernels.native import flat
from fitcli.ops import OPS
from fitcli.ops.elementwise import Elementwise


@kernel
def relu_forward(y, x):
    y, x = flat(y), flat(x)
    zero = y.dtype.type(0)
    for i in range(x.size):
        y[i] = x[i] if not x[i] <= zero else zero  # a NaN stays a NaN


@kernel
def relu_chain(z, d, x):
    """z = d where x > 0, else 0: the derivative and its own transpose."""
    z, d, x = flat(z), flat(d), flat(x)
    zero = z.dtype.type(0)
    for i in range(x.size):
        z[i] = d[i] if x[i] > zero else zero


@OPS.register("relu")
@dataclass(frozen=True)
class ReLU(Elementwise):
    """dy = [x > 0] dx; 0 is given the derivative 0."""

    def forward(self, y, x, s):
        relu_forward(y, x)

    def vjp(self, y_bar, x_bar, y, x, s):
        relu_chain(x_bar, y_bar, y)

    def jvp(self, y_dot, x_dot, y, x, s):
        relu_chain(y_dot, x_dot, y)
