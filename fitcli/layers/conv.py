"""Convolution: `conv: 32` or `conv: {filters: 32, kernel: 3, stride: 1, padding: same}`."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import Literal

from fitcli.layers import LAYERS
from fitcli.layers.base import Layer, Natural, NaturalPair, Pair, Positive, pair
from fitcli.layers.initial import Constant, HeNormal


@LAYERS.register("conv")
@dataclass(frozen=True)
class Conv(Layer):
    """y[r, q, o] = Σ over a, b, c of x[r·stride + a, q·stride + b, c] · w[a, b, c, o] + bias[o].

    (height, width, channels) → (height', width', filters). `padding` is a border of zeros: `same` gives
    ⌈height / stride⌉ rows, `valid` none, a number that many pixels on each side.
    Weights start normal with standard deviation √(2 / fan_in) (He et al., 2015), biases at 0.
    """

    filters: Positive
    kernel: Positive | Pair = 3
    stride: Positive | Pair = 1
    padding: Literal["same", "valid"] | Natural | NaturalPair = "same"
    bias: bool = True

    def build(self, g, x):
        from fitcli.ops.conv2d import Conv2d
        from fitcli.ops.shapes import as_image

        channels = as_image("conv", x.shape)[2]
        kernel = pair(self.kernel)
        padding = {"same": "same", "valid": (0, 0)}.get(self.padding) if isinstance(self.padding, str) else pair(self.padding)
        op = Conv2d(self.filters, kernel, pair(self.stride), padding, bias=self.bias)
        params = [g.param("weight", (*kernel, channels, self.filters), HeNormal(prod(kernel) * channels))]
        if self.bias:
            params.append(g.param("bias", (self.filters,), Constant(0.0), decay=False))
        return g.apply(op, x, params=tuple(params))
