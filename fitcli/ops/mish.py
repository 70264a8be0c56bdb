"""y = x tanh(log(1 + eˣ)) (Misra, Mish: a self regularized non-monotonic activation function, 2020)."""

from __future__ import annotations

from dataclasses import dataclass

from fitcli.kernels.kernel import kernel
from fitcli.ops import OPS
from fitcli.ops.elementwise import Mapped, apply, chain, number, scalar
from fitcli.ops.exponential import exponential


@scalar
def squash(x):
    """tanh(log(1 + eˣ)) = (e²ˣ + 2eˣ) / (e²ˣ + 2eˣ + 2), in powers of e^−|x|, which never overflow."""
    w, two = exponential(-abs(x)), number(x, 2)
    above = x > number(x, 0)  # two values chosen and one division: a loop of them becomes vectors
    n = (number(x, 1) if above else w * w) + two * w
    return n / (n + (two * w * w if above else two))


@scalar
def mish(x):
    return x * squash(x)


@scalar
def mish_slope(x):
    t, one, w = squash(x), number(x, 1), exponential(-abs(x))
    rises = (one if x > number(x, 0) else w) / (one + w)  # σ(x), of the same power
    return t + x * rises * (one - t * t)


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
