"""Hard sigmoid (Howard et al., Searching for MobileNetV3, 2019)."""

from __future__ import annotations

from dataclasses import dataclass

from fitcli.layers import LAYERS
from fitcli.layers.base import Layer


@LAYERS.register("hardsigmoid")
@dataclass(frozen=True)
class HardSigmoid(Layer):
    """y = min(max(x + 3, 0), 6) / 6."""

    def build(self, g, x):
        from fitcli.ops.hardsigmoid import HardSigmoid as Op

        return g.apply(Op(), x)
