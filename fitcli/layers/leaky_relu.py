"""Leaky ReLU (Maas, Hannun & Ng, 2013)."""

from __future__ import annotations

from dataclasses import dataclass

from fitcli.layers import LAYERS
from fitcli.layers.base import Layer


@LAYERS.register("leaky_relu")
@dataclass(frozen=True)
class LeakyReLU(Layer):
    """y = x where x > 0, else slope · x."""

    slope: float = 0.01

    def build(self, g, x):
        from fitcli.ops.leaky_relu import LeakyReLU as Op

        return g.apply(Op(self.slope), x)
