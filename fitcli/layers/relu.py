"""Rectified linear unit (Nair & Hinton, 2010)."""

from __future__ import annotations

from dataclasses import dataclass

from fitcli.layers import LAYERS
from fitcli.layers.base import Layer


@LAYERS.register("relu")
@dataclass(frozen=True)
class ReLU(Layer):
    """y = max(x, 0)."""

    def build(self, g, x):
        from fitcli.ops.relu import ReLU as Op

        return g.apply(Op(), x)
