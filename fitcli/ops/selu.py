"""Self-normalising exponential linear unit (Klambauer et al., Self-normalizing neural networks, 2017)."""

from __future__ import annotations

from dataclasses import dataclass

from fitcli.kernels.kernel import kernel
from fitcli.ops import OPS
from fitcli.ops.elementwise import Mapped, apply, chain, number, scalar
from fitcli.ops.exponential import exponential, less_one

# The fixed point of mean 0 and variance 1 (equation 14 there).
ALPHA = 1.6732632423543772848170429916717
SCALE = 1.0507009873554804934193349852946


@scalar
def selu(x):
    return number(x, SCALE) * x if x > number(x, 0) else number(x, SCALE * ALPHA) * less_one(x)


@scalar
def selu_slope(x):
    return number(x, SCALE) if x > number(x, 0) else number(x, SCALE * ALPHA) * exponential(x)


@kernel
def selu_forward(y, x):
    apply(selu, y, x, ())


@kernel
def selu_chain(z, d, x):
    chain(selu_slope, z, d, x, ())


@OPS.register("selu")
@dataclass(frozen=True)
class SELU(Mapped):
    """y = λ x above 0, λ α (eˣ − 1) below; dy = λ dx where x > 0, else λ α eˣ dx."""

    forward_kernel, chain_kernel = selu_forward, selu_chain
