"""Gaussian error linear unit (Hendrycks & Gimpel, Gaussian error linear units, 2016)."""

from __future__ import annotations

from dataclasses import dataclass
from math import pi, sqrt

from fitcli.kernels.kernel import kernel
from fitcli.ops import OPS
from fitcli.ops.elementwise import Mapped, apply, chain, number, scalar
from fitcli.ops.exponential import gaussian, normal_below

_DENSITY = 1 / sqrt(2 * pi)


@scalar
def gelu(x):
    return x * normal_below(x, gaussian(x))


@scalar
def gelu_slope(x):
    e = gaussian(x)
    return normal_below(x, e) + x * number(x, _DENSITY) * e


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
