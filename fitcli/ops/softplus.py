"""y = log(1 + e^(βx)) / β (Dugas et al., Incorporating second-order functional knowledge, 2001)."""

from __future__ import annotations

from dataclasses import dataclass

from fitcli.kernels.kernel import kernel
from fitcli.ops import OPS
from fitcli.ops.elementwise import Mapped, apply, chain, logistic, number, scalar
from fitcli.ops.exponential import exponential, log_one_more


@scalar
def softplus(x, beta):
    zero = number(x, 0)
    return (x if not x <= zero else zero) + log_one_more(exponential(-abs(beta * x))) / beta


@scalar
def softplus_slope(x, beta):
    return logistic(beta * x)


@kernel
def softplus_forward(y, x, beta):
    apply(softplus, y, x, (beta,))


@kernel
def softplus_chain(z, d, x, beta):
    chain(softplus_slope, z, d, x, (beta,))


@OPS.register("softplus")
@dataclass(frozen=True)
class Softplus(Mapped):
    """dy = σ(βx) dx. Written so that nothing overflows: no threshold above which it is cut to x."""

    beta: float = 1.0

    forward_kernel, chain_kernel = softplus_forward, softplus_chain
