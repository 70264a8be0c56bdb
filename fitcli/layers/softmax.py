"""Softmax (Bridle, 1990)."""

from __future__ import annotations

from dataclasses import dataclass

from fitcli.layers import LAYERS
from fitcli.layers.base import Layer


@LAYERS.register("softmax")
@dataclass(frozen=True)
class Softmax(Layer):
    """y = eˣ / Σ eˣ over the last axis: the channels of an image, the numbers of a vector.

    Not needed before a loss or for predictions: `cross_entropy` and `fitcli predict` take a softmax themselves.
    """

    def build(self, g, x):
        from fitcli.ops.softmax import Softmax as Op

        return g.apply(Op(), x)
