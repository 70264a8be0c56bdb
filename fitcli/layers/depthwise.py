"""Depthwise convolution: `depthwise: 3`, a window for each channel by itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from fitcli.initializers.base import Initializer
from fitcli.initializers.constant import Constant
from fitcli.initializers.he import HeNormal
from fitcli.layers import LAYERS
from fitcli.layers.base import Layer, Natural, NaturalPair, Pair, Positive, pair


@LAYERS.register("depthwise")
@dataclass(frozen=True)
class Depthwise(Layer):
    """y[r, q, c] = Σ over a, b of x[r·stride + a·dilation, q·stride + b·dilation, c] · w[a, b, c] + bias[c]
    (Chollet, 2017; Howard et al., 2017).

    (height, width, channels) → (height', width', channels). A `conv` with kernel 1 behind it makes it separable.
    """

    kernel: Positive | Pair = 3
    stride: Positive | Pair = 1
    padding: Literal["same", "valid"] | Natural | NaturalPair = "same"
    dilation: Positive | Pair = 1
    bias: bool = True
    init: Initializer = HeNormal()

    def build(self, g, x):
        from fitcli.ops.depthwise2d import Depthwise2d
        from fitcli.ops.shapes import as_image

        channels = as_image("depthwise", x.shape)[2]
        kernel = pair(self.kernel)
        padding = {"same": "same", "valid": (0, 0)}.get(self.padding) if isinstance(self.padding, str) else pair(self.padding)
        op = Depthwise2d(kernel, pair(self.stride), padding, pair(self.dilation), self.bias)
        params = [g.param("weight", (*kernel, channels), self.init)]
        if self.bias:
            params.append(g.param("bias", (channels,), Constant(0.0), decay=False))
        return g.apply(op, x, params=tuple(params))
