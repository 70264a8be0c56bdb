"""Separable convolution (Chollet, Xception, 2017): `separable_conv: 64`, a `depthwise` and a `conv` of kernel 1."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from fitcli.initializers.base import Initializer
from fitcli.initializers.he import HeNormal
from fitcli.layers import LAYERS
from fitcli.layers.base import Layer, Natural, NaturalPair, Pair, Positive, build_chain
from fitcli.layers.conv import Conv
from fitcli.layers.depthwise import Depthwise


@LAYERS.register("separable_conv")
@dataclass(frozen=True)
class SeparableConv(Layer):
    """(height, width, channels) → (height', width', filters): a window for each channel by itself, then a mix of the
    channels pixel by pixel.

    y[r, q, o] = Σ over c of (Σ over a, b of x[r·stride + a·dilation, q·stride + b·dilation, c] · v[a, b, c]) · w[c, o]
    + bias[o]. Some kernel² times fewer multiply-adds than a `conv`. Weights start as `init` says, biases at 0.
    """

    filters: Positive
    kernel: Positive | Pair = 3
    stride: Positive | Pair = 1
    padding: Literal["same", "valid"] | Natural | NaturalPair = "same"
    dilation: Positive | Pair = 1
    bias: bool = True  # of the second part; the first has none
    init: Initializer = HeNormal()  # of both weights

    def build(self, g, x):
        from fitcli.ops.shapes import as_image

        as_image("separable_conv", x.shape)
        deep = Depthwise(self.kernel, self.stride, self.padding, self.dilation, False, self.init)
        return build_chain(g, x, [deep, Conv(self.filters, 1, bias=self.bias, init=self.init)], "layers")
