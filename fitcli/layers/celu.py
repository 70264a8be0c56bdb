"""Continuously differentiable exponential linear unit (Barron, 2017)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Gt

from fitcli.layers import LAYERS
from fitcli.layers.base import Layer


@LAYERS.register("celu")
@dataclass(frozen=True)
class CELU(Layer):
    """y = x where x > 0, else alpha · (e^(x/alpha) − 1)."""

    alpha: Annotated[float, Gt(0)] = 1.0

    def build(self, g, x):
        from fitcli.ops.celu import CELU as Op

        return g.apply(Op(self.alpha), x)
