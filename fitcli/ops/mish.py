"""y = x tanh(log(1 + eˣ)) (Misra, Mish: a self regularized non-monotonic activation function, 2020)."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp

from fitcli.kernels.kernel import kernel
from fitcli.ops import OPS
from fitcli.ops.elementwise import Mapped, apply, chain, logistic, number, scalar


@scalar
def squash(x):
    """tanh(log(1 + eˣ)) = (e²ˣ + 2eˣ) / (e²ˣ + 2eˣ + 2), in powers of e^−|x|, which never overflow."""
    w, two = exp(-abs(x)), number(x, 2)
    if x > number(x, 0):
        n = number(x, 1) + two * w
        return n / (n + two * w * w)
    n = w * w + two * w
    return n / (n + two)


@scalar
def mish(x):
    return x * squash(x)


@scalar
def mish_slope(x):
    t, one = squash(x), number(x, 1)
    return t + x * logistic(x) * (one - t * t)


@kernel
def mish_forward(y, x):
    apply(mish, y, x, ())


@kernel
def mish_chain(z, d, x):
    chain(mish_slope, z, d, x, ())


@OPS.register("mish")
@dataclass(frozen=True)
class Mish(Mapped):
    """With t = tanh(log(1 + eˣ)): dy = (t + x σ(x) (1 − t²)) dx."""

    forward_kernel, chain_kernel = mish_forward, mish_chain
