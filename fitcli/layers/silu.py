"""Sigmoid linear unit, also called swish (Elfwing, Uchibe & Doya, 2018)."""

from __future__ import annotations

from dataclasses import dataclass

from fitcli.layers import LAYERS
from fitcli.layers.base import Layer


@LAYERS.register("silu")
@dataclass(frozen=True)
class SiLU(Layer):
    """y = x / (1 + e^−x)."""

    def build(self, g, x):
        from fitcli.ops.silu import SiLU as Op

        return g.apply(Op(), x)
