"""Drop path, or stochastic depth (Huang et al., 2016)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge, Lt

from fitcli.layers import LAYERS
from fitcli.layers.base import Layer


@LAYERS.register("droppath")
@dataclass(frozen=True)
class DropPath(Layer):
    """In training all of an image's input becomes 0 with probability `rate` and else is divided by 1 − rate.

    Afterwards y = x. It stands last among the `layers` of a `residual`.
    """

    rate: Annotated[float, Ge(0), Lt(1)] = 0.1

    def build(self, g, x):
        from fitcli.ops.droppath import DropPath as Op

        return g.apply(Op(self.rate), x)
