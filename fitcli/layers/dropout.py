"""Dropout (Srivastava et al., 2014): `dropout: 0.5`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge, Lt

from fitcli.layers import LAYERS
from fitcli.layers.base import Layer


@LAYERS.register("dropout")
@dataclass(frozen=True)
class Dropout(Layer):
    """In training each number is set to 0 with probability `rate` and else divided by 1 − rate; afterwards y = x."""

    rate: Annotated[float, Ge(0), Lt(1)] = 0.5

    def build(self, g, x):
        from fitcli.ops.dropout import Dropout as Op

        return g.apply(Op(self.rate), x)
