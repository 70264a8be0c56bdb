"""Softplus (Dugas et al., 2001)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Gt

from fitcli.layers import LAYERS
from fitcli.layers.base import Layer


@LAYERS.register("softplus")
@dataclass(frozen=True)
class Softplus(Layer):
    """y = log(1 + e^(beta · x)) / beta."""

    beta: Annotated[float, Gt(0)] = 1.0

    def build(self, g, x):
        from fitcli.ops.softplus import Softplus as Op

        return g.apply(Op(self.beta), x)
