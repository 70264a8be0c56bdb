"""Convolution: `conv: 32` or `conv: {filters: 32, kernel: 3, stride: 1, padding: same}`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from fitcli.initializers.base import Initializer
from fitcli.initializers.constant import Constant
from fitcli.initializers.he import HeNormal
from fitcli.layers import LAYERS
from fitcli.layers.base import Layer, Natural, NaturalPair, Pair, Positive, pair


@LAYERS.register("conv")
@dataclass(frozen=True)
class Conv(Layer):
    """y[r, q, o] = Σ over a, b, c of x[r·stride + a·dilation, q·stride + b·dilation, c] · w[a, b, c, o] + bias[o].

    (height, width, channels) → (height', width', filters). `padding` is a border of zeros: `same` gives
    ⌈height / stride⌉ rows, `valid` none, a number that many pixels on each side.
    `groups` cuts channels and filters into so many parts that do not see each other, w [kh, kw, channels / groups, filters]
    (Xie et al., ResNeXt, 2017); as many groups as channels is what `depthwise` does faster.
    Weights start as `init` says, biases at 0. `algorithm`: 3 × 3 windows of stride 1 are taken by Winograd's F(4×4, 3×3)
    where that is faster (`auto`); it sums in another order, in float32 some 10 times less exactly than `direct`.
    """

    filters: Positive
    kernel: Positive | Pair = 3
    stride: Positive | Pair = 1
    padding: Literal["same", "valid"] | Natural | NaturalPair = "same"
    bias: bool = True
    init: Initializer = HeNormal()  # of the weights
    dilation: Positive | Pair = 1
    groups: Positive = 1
    algorithm: Literal["auto", "direct", "winograd"] = "auto"

    def __post_init__(self) -> None:
        plain = pair(self.kernel) == (3, 3) and pair(self.stride) == pair(self.dilation) == (1, 1)
        if self.algorithm == "winograd" and not plain:
            raise ValueError("winograd is for kernel 3, stride 1, dilation 1 only")
        if self.filters % self.groups:
            raise ValueError(f"{self.groups} groups do not divide {self.filters} filters")

    def build(self, g, x):
        from fitcli.ops.conv2d import Conv2d
        from fitcli.ops.grouped_conv2d import GroupedConv2d
        from fitcli.ops.shapes import as_image

        channels = as_image("conv", x.shape)[2]
        kernel = pair(self.kernel)
        padding = {"same": "same", "valid": (0, 0)}.get(self.padding) if isinstance(self.padding, str) else pair(self.padding)
        op = Conv2d(self.filters // self.groups, kernel, pair(self.stride), padding, pair(self.dilation), self.bias, algorithm=self.algorithm)
        if self.groups > 1:
            op = GroupedConv2d(op, self.groups)
            op.shape(x.shape)  # tells of channels that cannot be cut before their number is divided
        params = [g.param("weight", (*kernel, channels // self.groups, self.filters), self.init)]
        if self.bias:
            params.append(g.param("bias", (self.filters,), Constant(0.0), decay=False))
        return g.apply(op, x, params=tuple(params))
