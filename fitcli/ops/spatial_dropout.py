"""Spatial dropout: whole channels at a time (Tompson et al., Efficient object localization using CNNs, 2015)."""

from __future__ import annotations

from dataclasses import dataclass

from fitcli.autodiff.op import Op, Shape
from fitcli.kernels.kernel import kernel
from fitcli.kernels.random import stream_key, uniform
from fitcli.ops import OPS
from fitcli.ops.add import copy
from fitcli.ops.views import pixels


@kernel
def mask_channels(y, x, clock, stream, first, rate):
    """y[n, p, c] = x[n, p, c] · m[n, c] / (1 − rate), m drawn for (seed, stream, step, image and channel): linear, and
    its own transpose."""
    key = stream_key(clock[0], stream, clock[1])
    n, pixels, c = x.shape
    scale = y.dtype.type(1) / (y.dtype.type(1) - rate)
    zero = y.dtype.type(0)
    for i in range(n):
        for k in range(c):
            if uniform(key, (first + i) * c + k) >= rate:
                for p in range(pixels):
                    y[i, p, k] = x[i, p, k] * scale
            else:
                for p in range(pixels):
                    y[i, p, k] = zero


@OPS.register("spatial_dropout")
@dataclass(frozen=True)
class SpatialDropout(Op):
    """In training each channel of each image is kept with probability 1 − rate and scaled by 1 / (1 − rate)."""

    rate: float = 0.5

    def shape(self, x: Shape) -> Shape:
        return x

    def _mask(self, y, x, s):
        mask_channels(pixels(y), pixels(x), s.clock, s.stream, s.first, float(self.rate))

    def forward(self, y, x, s):
        self._mask(y, x, s)

    def evaluate(self, y, x, s):
        copy(y, x)

    def vjp(self, y_bar, x_bar, y, x, s):
        self._mask(x_bar, y_bar, s)

    def jvp(self, y_dot, x_dot, y, x, s):
        self._mask(y_dot, x_dot, s)
