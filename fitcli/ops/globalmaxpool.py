"""Global max pooling: the largest number of each channel (Oquab et al., Is object localization for free?, 2015)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fitcli.autodiff.op import Op, Shape
from fitcli.kernels.kernel import kernel
from fitcli.kernels.native import CHANNELS, local
from fitcli.ops import OPS
from fitcli.ops.shapes import as_places
from fitcli.ops.views import pixels


@kernel
def globalmax_forward(y, x):
    """y[n, c] = max of x[n, ·, c]; x [N, pixels, C]."""
    for i in range(x.shape[0]):
        out = y[i]
        out[:] = -np.inf
        for r in range(x.shape[1]):
            value = x[i, r]
            for k in range(out.size):
                # A NaN comes in by the second comparison, and stays by the first.
                out[k] = value[k] if value[k] > out[k] or value[k] != value[k] else out[k]


@kernel
def globalmax_vjp(y_bar, x_bar, y, x):
    """x_bar = y_bar at the first place of the maximum, else 0."""
    left_over = local(y.dtype)
    zero = y.dtype.type(0)
    for i in range(x.shape[0]):
        for low in range(0, y.shape[1], CHANNELS):
            high = min(low + CHANNELS, y.shape[1])
            best, bar = y[i, low:high], y_bar[i, low:high]
            for k in range(best.size):
                left_over[k] = bar[k]
            for r in range(x.shape[1]):
                value, into = x[i, r, low:high], x_bar[i, r, low:high]
                for k in range(best.size):
                    hit = value[k] == best[k]
                    into[k] = left_over[k] if hit else zero
                    left_over[k] = zero if hit else left_over[k]


@kernel
def globalmax_jvp(y_dot, x_dot, y, x):
    """y_dot = x_dot at the first place of the maximum."""
    missing = local(y.dtype)  # 1 where the maximum has not been met
    zero, one = y.dtype.type(0), y.dtype.type(1)
    for i in range(x.shape[0]):
        for low in range(0, y.shape[1], CHANNELS):
            high = min(low + CHANNELS, y.shape[1])
            best, out = y[i, low:high], y_dot[i, low:high]
            for k in range(best.size):
                missing[k] = one
                out[k] = zero
            for r in range(x.shape[1]):
                value, source = x[i, r, low:high], x_dot[i, r, low:high]
                for k in range(best.size):
                    hit = missing[k] if value[k] == best[k] else zero
                    out[k] += hit * source[k]
                    missing[k] -= hit


@OPS.register("globalmaxpool")
@dataclass(frozen=True)
class GlobalMaxPool(Op):
    """[N, H, W, C] → [N, C]: y = max x over all pixels; dy is dx at the place of the maximum, the first of equals."""

    def shape(self, x: Shape) -> Shape:
        return as_places("globalmaxpool", x)[-1:]

    def forward(self, y, x, s):
        globalmax_forward(y, pixels(x))

    def vjp(self, y_bar, x_bar, y, x, s):
        globalmax_vjp(y_bar, pixels(x_bar), y, pixels(x))

    def jvp(self, y_dot, x_dot, y, x, s):
        globalmax_jvp(y_dot, pixels(x_dot), y, pixels(x))
