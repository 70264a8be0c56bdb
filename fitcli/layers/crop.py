"""An image without its border: `crop: 1`."""

from __future__ import annotations

from dataclasses import dataclass

from fitcli.layers import LAYERS
from fitcli.layers.base import Layer, Natural, NaturalPair
from fitcli.layers.sides import Four, sides


@LAYERS.register("crop")
@dataclass(frozen=True)
class Crop(Layer):
    """Removes `size` pixels at each side: a number, [height, width], or [top, bottom, left, right]."""

    size: Natural | NaturalPair | Four = 1

    def build(self, g, x):
        from fitcli.ops.crop import Crop as Op

        return g.apply(Op(sides(self.size)), x)
