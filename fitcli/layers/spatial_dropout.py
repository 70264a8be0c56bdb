"""Spatial dropout (Tompson et al., 2015)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge, Lt

from fitcli.layers import LAYERS
from fitcli.layers.base import Layer


@LAYERS.register("spatial_dropout")
@dataclass(frozen=True)
class SpatialDropout(Layer):
    """In training each channel of each image is set to 0 with probability `rate` and else divided by 1 − rate;
    afterwards y = x.
    """

    rate: Annotated[float, Ge(0), Lt(1)] = 0.5

    def build(self, g, x):
        from fitcli.ops.spatial_dropout import SpatialDropout as Op

        return g.apply(Op(self.rate), x)
