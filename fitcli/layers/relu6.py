"""ReLU cut off at 6 (Krizhevsky, 2010)."""

from __future__ import annotations

from dataclasses import dataclass

from fitcli.layers import LAYERS
from fitcli.layers.base import Layer


@LAYERS.register("relu6")
@dataclass(frozen=True)
class ReLU6(Layer):
    """y = min(max(x, 0), 6)."""

    def build(self, g, x):
        from fitcli.ops.relu6 import ReLU6 as Op

        return g.apply(Op(), x)
