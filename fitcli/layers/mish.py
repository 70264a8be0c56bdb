"""Mish (Misra, 2020)."""

from __future__ import annotations

from dataclasses import dataclass

from fitcli.layers import LAYERS
from fitcli.layers.base import Layer


@LAYERS.register("mish")
@dataclass(frozen=True)
class Mish(Layer):
    """y = x · tanh(log(1 + eˣ))."""

    def build(self, g, x):
        from fitcli.ops.mish import Mish as Op

        return g.apply(Op(), x)
