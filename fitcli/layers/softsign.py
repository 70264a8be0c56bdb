"""Softsign (Turian, Bergstra & Bengio, 2009)."""

from __future__ import annotations

from dataclasses import dataclass

from fitcli.layers import LAYERS
from fitcli.layers.base import Layer


@LAYERS.register("softsign")
@dataclass(frozen=True)
class Softsign(Layer):
    """y = x / (1 + |x|)."""

    def build(self, g, x):
        from fitcli.ops.softsign import Softsign as Op

        return g.apply(Op(), x)
