"""Exponential linear unit (Clevert, Unterthiner & Hochreiter, 2016)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge

from fitcli.layers import LAYERS
from fitcli.layers.base import Layer


@LAYERS.register("elu")
@dataclass(frozen=True)
class ELU(Layer):
    """y = x where x > 0, else alpha · (eˣ − 1)."""

    alpha: Annotated[float, Ge(0)] = 1.0

    def build(self, g, x):
        from fitcli.ops.elu import ELU as Op

        return g.apply(Op(self.alpha), x)
