"""Hyperbolic tangent."""

from __future__ import annotations

from dataclasses import dataclass

from fitcli.layers import LAYERS
from fitcli.layers.base import Layer


@LAYERS.register("tanh")
@dataclass(frozen=True)
class Tanh(Layer):
    """y = tanh x."""

    def build(self, g, x):
        from fitcli.ops.tanh import Tanh as Op

        return g.apply(Op(), x)
