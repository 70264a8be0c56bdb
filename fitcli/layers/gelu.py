"""Gaussian error linear unit (Hendrycks & Gimpel, 2016): `gelu`, or `gelu: tanh` for its approximation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from fitcli.layers import LAYERS
from fitcli.layers.base import Layer


@LAYERS.register("gelu")
@dataclass(frozen=True)
class GELU(Layer):
    """y = x Φ(x), Φ the normal distribution function; with `tanh`, y = x (1 + tanh(√(2/π) (x + 0.044715 x³))) / 2."""

    approximate: Literal["none", "tanh"] = "none"

    def build(self, g, x):
        from fitcli.ops.gelu import GELU as Op
        from fitcli.ops.gelu_tanh import GELUTanh

        return g.apply(GELUTanh() if self.approximate == "tanh" else Op(), x)
