"""Layer normalisation (Ba, Kiros & Hinton, 2016)."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

from fitcli.ops import OPS
from fitcli.ops.normalize import Normalize


@OPS.register("layernorm")
@dataclass(frozen=True)
class LayerNorm(Normalize):
    """Moments over the last axis, for each pixel of an image by itself: x̂ = (x − mean) / √(var + ε), y = γ x̂ + β.

    Derivatives: fitcli/ops/normalize.py.
    """

    def cut(self, x):
        return prod(x[:-1]), 1, 1, x[-1]
