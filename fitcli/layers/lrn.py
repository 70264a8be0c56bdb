"""Local response normalisation (Krizhevsky, Sutskever & Hinton, 2012)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge, Gt

from fitcli.layers import LAYERS
from fitcli.layers.base import Layer, Positive


@LAYERS.register("lrn")
@dataclass(frozen=True)
class LRN(Layer):
    """y[c] = x[c] / (k + alpha / size · Σ x²)^beta, the sum over `size` neighbouring channels around c."""

    size: Positive = 5
    alpha: Annotated[float, Ge(0)] = 1e-4
    beta: Annotated[float, Ge(0)] = 0.75
    k: Annotated[float, Gt(0)] = 1.0

    def build(self, g, x):
        from fitcli.ops.lrn import LRN as Op

        return g.apply(Op(self.size, self.alpha, self.beta, self.k), x)
