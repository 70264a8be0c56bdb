"""Adaptive average pooling: `adaptiveavgpool: 7`."""

from __future__ import annotations

from dataclasses import dataclass

from fitcli.layers import LAYERS
from fitcli.layers.base import Layer, Pair, Positive, pair


@LAYERS.register("adaptiveavgpool")
@dataclass(frozen=True)
class AdaptiveAvgPool(Layer):
    """(height, width, channels) → (size, size, channels), whatever height and width are.

    Row i is the mean of the rows ⌊i · height / size⌋ up to ⌈(i + 1) · height / size⌉, columns alike.
    """

    size: Positive | Pair = 1

    def build(self, g, x):
        from fitcli.ops.adaptiveavgpool import AdaptiveAvgPool as Op

        return g.apply(Op(pair(self.size)), x)
