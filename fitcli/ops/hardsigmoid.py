"""y = min(max(x + 3, 0), 6) / 6 (Howard et al., Searching for MobileNetV3, 2019)."""

from __future__ import annotations

from dataclasses import dataclass

from fitcli.kernels.kernel import kernel
from fitcli.ops import OPS
from fitcli.ops.elementwise import Mapped, apply, chain, number, scalar


@scalar
def hardsigmoid(x):
    zero, three = number(x, 0), number(x, 3)
    if x <= -three:
        return zero
    return number(x, 1) if x >= three else (x + three) / number(x, 6)


@scalar
def hardsigmoid_slope(x):
    three = number(x, 3)
    return number(x, 1.0 / 6.0) if -three < x < three else number(x, 0)


@kernel
def hardsigmoid_forward(y, x):
    apply(hardsigmoid, y, x, ())


@kernel
def hardsigmoid_chain(z, d, x):
    chain(hardsigmoid_slope, z, d, x, ())


@OPS.register("hardsigmoid")
@dataclass(frozen=True)
class HardSigmoid(Mapped):
    """dy = dx / 6 where −3 < x < 3, else 0. (Some formats have slopes of 1/5 under this name.)"""

    forward_kernel, chain_kernel = hardsigmoid_forward, hardsigmoid_chain
