"""The same layers several times, one after the other: `repeat: {times: 3, layers: [...]}`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Gt, Le

from fitcli.layers import LAYERS
from fitcli.layers.base import Layer, build_chain


@LAYERS.register("repeat")
@dataclass(frozen=True)
class Repeat(Layer):
    """y = f₃(f₂(f₁(x))) for 3 times: layers of one kind, each with weights of its own."""

    times: Annotated[int, Gt(0), Le(1000)]
    layers: list[Layer]

    def build(self, g, x):
        for index in range(self.times):
            with g.scope(str(index)):
                x = build_chain(g, x, self.layers, "layers")
        return x
