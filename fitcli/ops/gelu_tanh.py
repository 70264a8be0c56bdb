"""The tanh approximation of the Gaussian error linear unit (Hendrycks & Gimpel, 2016, section 2)."""

from __future__ import annotations

from dataclasses import dataclass
from math import pi, sqrt

from fitcli.kernels.kernel import kernel
from fitcli.ops import OPS
from fitcli.ops.elementwise import Mapped, apply, chain, number, scalar
from fitcli.ops.exponential import hyperbolic_tangent

_A = sqrt(2 / pi)
_B = 0.044715


@scalar
def gelu_tanh(x):
    t = hyperbolic_tangent(number(x, _A) * (x + number(x, _B) * x * x * x))
    return number(x, 0.5) * x * (number(x, 1) + t)


@scalar
def gelu_tanh_slope(x):
    one, half = number(x, 1), number(x, 0.5)
    t = hyperbolic_tangent(number(x, _A) * (x + number(x, _B) * x * x * x))
    inner = number(x, _A) * (one + number(x, 3 * _B) * x * x)
    return half * (one + t) + half * x * (one - t * t) * inner


@kernel
def gelu_tanh_forward(y, x):
    apply(gelu_tanh, y, x, ())


@kernel
def gelu_tanh_chain(z, d, x):
    chain(gelu_tanh_slope, z, d, x, ())


@OPS.register("gelu_tanh")
@dataclass(frozen=True)
class GELUTanh(Mapped):
    """y = x (1 + t) / 2 with t = tanh u, u = √(2/π) (x + 0.044715 x³); dy = ((1 + t) / 2 + x (1 − t²) u' / 2) dx."""

    forward_kernel, chain_kernel = gelu_tanh_forward, gelu_tanh_chain
