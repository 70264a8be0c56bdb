"""A border around an image: `pad: 1`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from fitcli.layers import LAYERS
from fitcli.layers.base import Layer, Natural, NaturalPair
from fitcli.layers.sides import Four, sides


@LAYERS.register("pad")
@dataclass(frozen=True)
class Pad(Layer):
    """Adds `size` pixels at each side: a number, [height, width], or [top, bottom, left, right].

    They are zeros, the image mirrored at its outermost pixels (`reflect`), those pixels repeated (`replicate`), or the
    opposite side (`circular`).
    """

    size: Natural | NaturalPair | Four = 1
    mode: Literal["zeros", "reflect", "replicate", "circular"] = "zeros"

    def build(self, g, x):
        from fitcli.ops.pad import Pad as Op

        return g.apply(Op(sides(self.size), self.mode), x)
