"""y = x / (1 + |x|) (Turian, Bergstra & Bengio, Quadratic features and deep architectures for chunking, 2009)."""

from __future__ import annotations

from dataclasses import dataclass

from fitcli.kernels.kernel import kernel
from fitcli.ops import OPS
from fitcli.ops.elementwise import Mapped, apply, chain, number, scalar


@scalar
def softsign(x):
    return x / (number(x, 1) + abs(x))


@scalar
def softsign_slope(x):
    inverse = number(x, 1) / (number(x, 1) + abs(x))
    return inverse * inverse


@kernel
def softsign_forward(y, x):
    apply(softsign, y, x, ())


@kernel
def softsign_chain(z, d, x):
    chain(softsign_slope, z, d, x, ())


@OPS.register("softsign")
@dataclass(frozen=True)
class Softsign(Mapped):
    """dy = dx / (1 + |x|)²."""

    forward_kernel, chain_kernel = softsign_forward, softsign_chain
