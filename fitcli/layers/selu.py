"""Self-normalising exponential linear unit (Klambauer et al., 2017)."""

from __future__ import annotations

from dataclasses import dataclass

from fitcli.layers import LAYERS
from fitcli.layers.base import Layer


@LAYERS.register("selu")
@dataclass(frozen=True)
class SELU(Layer):
    """y = 1.0507 · x where x > 0, else 1.7581 · (eˣ − 1)."""

    def build(self, g, x):
        from fitcli.ops.selu import SELU as Op

        return g.apply(Op(), x)
