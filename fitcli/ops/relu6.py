"""y = min(max(x, 0), 6) (Krizhevsky, Convolutional deep belief networks on CIFAR-10, 2010)."""

from __future__ import annotations

from dataclasses import dataclass

from fitcli.kernels.kernel import kernel
from fitcli.ops import OPS
from fitcli.ops.elementwise import Mapped, apply, chain, number, scalar


@scalar
def relu6(x):
    zero, six = number(x, 0), number(x, 6)
    above = x if not x <= zero else zero  # a NaN stays a NaN
    return six if above > six else above


@scalar
def relu6_slope(x):
    return number(x, 1) if number(x, 0) < x < number(x, 6) else number(x, 0)


@kernel
def relu6_forward(y, x):
    apply(relu6, y, x, ())


@kernel
def relu6_chain(z, d, x):
    chain(relu6_slope, z, d, x, ())


@OPS.register("relu6")
@dataclass(frozen=True)
class ReLU6(Mapped):
    """dy = [0 < x < 6] dx; both corners are given the derivative 0."""

    forward_kernel, chain_kernel = relu6_forward, relu6_chain
