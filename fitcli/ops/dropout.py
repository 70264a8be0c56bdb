"""Dropout (Srivastava et al., Dropout: a simple way to prevent neural networks from overfitting, 2014)."""

from __future__ import annotations

from dataclasses import dataclass

from fitcli.kernels.kernel import kernel
from fitcli.kernels.native import flat
from fitcli.kernels.random import stream_key, uniform
from fitcli.ops import OPS
from fitcli.ops.add import copy
from fitcli.ops.elementwise import Elementwise


@kernel
def mask(y, x, clock, stream, first, rate):
    """y = x · m / (1 − rate), m drawn for (seed, stream, step, place in the batch): linear, and its own transpose."""
    key = stream_key(clock[0], stream, clock[1])
    n, size = y.shape[0], y.size // y.shape[0]
    y, x = flat(y), flat(x)
    scale = y.dtype.type(1) / (y.dtype.type(1) - rate)
    zero = y.dtype.type(0)
    start = first * size
    for i in range(n * size):
        y[i] = x[i] * scale if uniform(key, start + i) >= rate else zero


@OPS.register("dropout")
@dataclass(frozen=True)
class Dropout(Elementwise):
    """In training each number is kept with probability 1 − rate and scaled by 1 / (1 − rate); outside, y = x."""

    rate: float = 0.5

    def forward(self, y, x, s):
        mask(y, x, s.clock, s.stream, s.first, self.rate)

    def evaluate(self, y, x, s):
        copy(y, x)

    def vjp(self, y_bar, x_bar, y, x, s):
        mask(x_bar, y_bar, s.clock, s.stream, s.first, self.rate)

    def jvp(self, y_dot, x_dot, y, x, s):
        mask(y_dot, x_dot, s.clock, s.stream, s.first, self.rate)
