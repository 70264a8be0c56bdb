"""Gaussian noise on activations (Bishop, Training with noise is equivalent to Tikhonov regularization, 1995)."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, log, pi, sqrt

from fitcli.kernels.kernel import kernel
from fitcli.kernels.random import stream_key, uniform
from fitcli.ops import OPS
from fitcli.ops.add import copy
from fitcli.ops.elementwise import Elementwise


@kernel
def add_noise(y, x, clock, stream, start, std):
    """y = x + std · e, e normal (Box & Muller, 1958), drawn for (seed, stream, step, place in the batch); x's first place is `start`."""
    key = stream_key(clock[0], stream, clock[1])
    for i in range(x.size):
        at = 2 * (start + i)
        e = sqrt(-2.0 * log(1.0 - uniform(key, at))) * cos(2.0 * pi * uniform(key, at + 1))
        y[i] = x[i] + std * y.dtype.type(e)


@OPS.register("gaussian_noise")
@dataclass(frozen=True)
class GaussianNoise(Elementwise):
    """In training y = x + std · e; outside, y = x. The noise does not depend on x, so dy = dx."""

    std: float = 0.1

    def forward(self, y, x, s):
        start = s.first * (x.size // x.shape[0])
        add_noise(y.reshape(-1), x.reshape(-1), s.clock, s.stream, start, float(self.std))

    def evaluate(self, y, x, s):
        copy(y, x)

    def vjp(self, y_bar, x_bar, y, x, s):
        copy(x_bar, y_bar)

    def jvp(self, y_dot, x_dot, y, x, s):
        copy(y_dot, x_dot)
