"""Gaussian error linear unit (Hendrycks & Gimpel, Gaussian error linear units, 2016)."""

from __future__ import annotations

from dataclasses import dataclass
from math import erfc, exp, pi, sqrt

from fitcli.kernels.kernel import kernel
from fitcli.ops import OPS
from fitcli.ops.elementwise import Mapped, apply, chain, number, scalar

_ROOT_HALF = sqrt(0.5)
_DENSITY = 1 / sqrt(2 * pi)


@scalar
def normal_below(x):
    """Φ(x), the share of a standard normal distribution below x."""
    return number(x, 0.5) * erfc(number(x, -_ROOT_HALF) * x)


@scalar
def gelu(x):
    return x * normal_below(x)


@scalar
def gelu_slope(x):
    return normal_below(x) + x * number(x, _DENSITY) * exp(number(x, -0.5) * x * x)


@kernel
def gelu_forward(y, x):
    apply(gelu, y, x, ())


@kernel
def gelu_chain(z, d, x):
    chain(gelu_slope, z, d, x, ())


@OPS.register("gelu")
@dataclass(frozen=True)
class GELU(Mapped):
    """y = x Φ(x); dy = (Φ(x) + x φ(x)) dx with φ = Φ' the standard normal density."""

    forward_kernel, chain_kernel = gelu_forward, gelu_chain
