"""Exponential linear unit (Clevert, Unterthiner & Hochreiter, Fast and accurate learning by ELUs, 2016)."""

from __future__ import annotations

from dataclasses import dataclass

from fitcli.kernels.kernel import kernel
from fitcli.ops import OPS
from fitcli.ops.elementwise import Mapped, apply, chain, number, scalar
from fitcli.ops.exponential import exponential, less_one


@scalar
def elu(x, alpha):
    return x if x > number(x, 0) else alpha * less_one(x)


@scalar
def elu_slope(x, alpha):
    return number(x, 1) if x > number(x, 0) else alpha * exponential(x)


@kernel
def elu_forward(y, x, alpha):
    apply(elu, y, x, (alpha,))


@kernel
def elu_chain(z, d, x, alpha):
    chain(elu_slope, z, d, x, (alpha,))


@OPS.register("elu")
@dataclass(frozen=True)
class ELU(Mapped):
    """y = x above 0, α (eˣ − 1) below; dy = dx where x > 0, else α eˣ dx."""

    alpha: float = 1.0

    forward_kernel, chain_kernel = elu_forward, elu_chain
