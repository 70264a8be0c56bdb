"""A larger image: `upsample: 2`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from fitcli.layers import LAYERS
from fitcli.layers.base import Layer, Pair, Positive, pair


@LAYERS.register("upsample")
@dataclass(frozen=True)
class Upsample(Layer):
    """(height, width, channels) → (factor · height, factor · width, channels).

    `nearest` repeats each pixel; `bilinear` mixes the four around a place, pixels being areas (corners not aligned).
    """

    factor: Positive | Pair = 2
    mode: Literal["nearest", "bilinear"] = "nearest"

    def build(self, g, x):
        from fitcli.ops.upsample_bilinear import UpsampleBilinear
        from fitcli.ops.upsample_nearest import UpsampleNearest

        op = UpsampleNearest if self.mode == "nearest" else UpsampleBilinear
        return g.apply(op(pair(self.factor)), x)
