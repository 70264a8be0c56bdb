"""Drop path, or stochastic depth: a branch is dropped for a whole image (Huang et al., Deep networks with stochastic
depth, 2016; Larsson, Maire & Shakhnarovich, FractalNet, 2017)."""

from __future__ import annotations

from dataclasses import dataclass

from fitcli.autodiff.op import Op, Shape
from fitcli.kernels.kernel import kernel
from fitcli.kernels.random import stream_key, uniform
from fitcli.ops import OPS
from fitcli.ops.add import copy


@kernel
def mask_images(y, x, clock, stream, first, rate):
    """y[n, :] = x[n, :] · m[n] / (1 − rate), m drawn for (seed, stream, step, image): linear, and its own transpose."""
    key = stream_key(clock[0], stream, clock[1])
    scale = y.dtype.type(1) / (y.dtype.type(1) - rate)
    zero = y.dtype.type(0)
    for i in range(x.shape[0]):
        into, source = y[i], x[i]
        if uniform(key, first + i) >= rate:
            for k in range(source.size):
                into[k] = source[k] * scale
        else:
            into[:] = zero


@OPS.register("droppath")
@dataclass(frozen=True)
class DropPath(Op):
    """In training each image is kept with probability 1 − rate and scaled by 1 / (1 − rate), or all of it is 0."""

    rate: float = 0.1

    def shape(self, x: Shape) -> Shape:
        return x

    def _mask(self, y, x, s):
        n = x.shape[0]
        mask_images(y.reshape(n, -1), x.reshape(n, -1), s.clock, s.stream, s.first, float(self.rate))

    def forward(self, y, x, s):
        self._mask(y, x, s)

    def evaluate(self, y, x, s):
        copy(y, x)

    def vjp(self, y_bar, x_bar, y, x, s):
        self._mask(x_bar, y_bar, s)

    def jvp(self, y_dot, x_dot, y, x, s):
        self._mask(y_dot, x_dot, s)
