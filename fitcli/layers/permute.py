"""Axes in another order: `permute: [1, 0, 2]` turns an image over its diagonal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Len

from fitcli.layers import LAYERS
from fitcli.layers.base import Layer, Natural


@LAYERS.register("permute")
@dataclass(frozen=True)
class Permute(Layer):
    """Axis i of the result is axis order[i] of the input; 0 is height, 1 width, 2 channels."""

    order: Annotated[list[Natural], Len(1, 3)]

    def build(self, g, x):
        from fitcli.ops.permute import Permute as Op

        return g.apply(Op(tuple(self.order)), x)
