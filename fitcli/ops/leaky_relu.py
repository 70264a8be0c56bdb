"""y = x above 0, slope · x below (Maas, Hannun & Ng, Rectifier nonlinearities improve acoustic models, 2013)."""

from __future__ import annotations

from dataclasses import dataclass

from fitcli.kernels.kernel import kernel
from fitcli.ops import OPS
from fitcli.ops.elementwise import Mapped, apply, chain, number, scalar


@scalar
def leaky_relu(x, slope):
    return x if x > number(x, 0) else slope * x


@scalar
def leaky_relu_slope(x, slope):
    return number(x, 1) if x > number(x, 0) else slope


@kernel
def leaky_relu_forward(y, x, slope):
    apply(leaky_relu, y, x, (slope,))


@kernel
def leaky_relu_chain(z, d, x, slope):
    chain(leaky_relu_slope, z, d, x, (slope,))


@OPS.register("leaky_relu")
@dataclass(frozen=True)
class LeakyReLU(Mapped):
    """dy = dx where x > 0, else slope dx."""

    slope: float = 0.01

    forward_kernel, chain_kernel = leaky_relu_forward, leaky_relu_chain
