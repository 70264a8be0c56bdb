"""From an image to a vector."""

from __future__ import annotations

from dataclasses import dataclass

from fitcli.layers import LAYERS
from fitcli.layers.base import Layer


@LAYERS.register("flatten")
@dataclass(frozen=True)
class Flatten(Layer):
    """(height, width, channels) → (height · width · channels)."""

    def build(self, g, x):
        from fitcli.ops.flatten import Flatten as Op

        return g.apply(Op(), x)
