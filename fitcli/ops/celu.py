"""Continuously differentiable exponential linear unit (Barron, 2017)."""

from __future__ import annotations

from dataclasses import dataclass

from fitcli.kernels.kernel import kernel
from fitcli.ops import OPS
from fitcli.ops.elementwise import Mapped, apply, chain, number, scalar
from fitcli.ops.exponential import exponential, less_one


@scalar
def celu(x, alpha):
    return x if x > number(x, 0) else alpha * less_one(x / alpha)


@scalar
def celu_slope(x, alpha):
    return number(x, 1) if x > number(x, 0) else exponential(x / alpha)


@kernel
def celu_forward(y, x, alpha):
    apply(celu, y, x, (alpha,))


@kernel
def celu_chain(z, d, x, alpha):
    chain(celu_slope, z, d, x, (alpha,))


@OPS.register("celu")
@dataclass(frozen=True)
class CELU(Mapped):
    """y = x above 0, α (e^(x/α) − 1) below; dy = dx where x > 0, else e^(x/α) dx: 1 at 0 from both sides."""

    alpha: float = 1.0

    forward_kernel, chain_kernel = celu_forward, celu_chain
