"""y = x σ(x), also called swish (Elfwing, Uchibe & Doya, Sigmoid-weighted linear units, 2018)."""

from __future__ import annotations

from dataclasses import dataclass

from fitcli.kernels.kernel import kernel
from fitcli.ops import OPS
from fitcli.ops.elementwise import Mapped, apply, chain, logistic, number, scalar


@scalar
def silu(x):
    return x * logistic(x)


@scalar
def silu_slope(x):
    s, one = logistic(x), number(x, 1)
    return s * (one + x * (one - s))


@kernel
def silu_forward(y, x):
    apply(silu, y, x, ())


@kernel
def silu_chain(z, d, x):
    chain(silu_slope, z, d, x, ())


@OPS.register("silu")
@dataclass(frozen=True)
class SiLU(Mapped):
    """σ(x) = 1 / (1 + e^−x); dy = σ (1 + x (1 − σ)) dx."""

    forward_kernel, chain_kernel = silu_forward, silu_chain
