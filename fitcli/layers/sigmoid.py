"""Logistic function."""

from __future__ import annotations

from dataclasses import dataclass

from fitcli.layers import LAYERS
from fitcli.layers.base import Layer


@LAYERS.register("sigmoid")
@dataclass(frozen=True)
class Sigmoid(Layer):
    """y = 1 / (1 + e^−x)."""

    def build(self, g, x):
        from fitcli.ops.sigmoid import Sigmoid as Op

        return g.apply(Op(), x)
