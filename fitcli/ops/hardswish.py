"""y = x min(max(x + 3, 0), 6) / 6 (Howard et al., Searching for MobileNetV3, 2019)."""

from __future__ import annotations

from dataclasses import dataclass

from fitcli.kernels.kernel import kernel
from fitcli.ops import OPS
from fitcli.ops.elementwise import Mapped, apply, chain, number, scalar


@scalar
def hardswish(x):
    zero, three = number(x, 0), number(x, 3)
    if x <= -three:
        return zero
    return x if x >= three else x * (x + three) / number(x, 6)


@scalar
def hardswish_slope(x):
    zero, three = number(x, 0), number(x, 3)
    if x <= -three:
        return zero
    return number(x, 1) if x >= three else x / three + number(x, 0.5)


@kernel
def hardswish_forward(y, x):
    apply(hardswish, y, x, ())


@kernel
def hardswish_chain(z, d, x):
    chain(hardswish_slope, z, d, x, ())


@OPS.register("hardswish")
@dataclass(frozen=True)
class HardSwish(Mapped):
    """dy = 0 below −3, (x / 3 + 1 / 2) dx up to 3, dx above."""

    forward_kernel, chain_kernel = hardswish_forward, hardswish_chain
