"""Root mean square normalisation (Zhang & Sennrich, Root mean square layer normalization, 2019)."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

from fitcli.ops import OPS
from fitcli.ops.normalize import Normalize


@OPS.register("rmsnorm")
@dataclass(frozen=True)
class RMSNorm(Normalize):
    """x̂ = x / √(mean(x²) + ε) over the last axis, y = γ x̂: layer normalisation without the mean.

    With v = γ y_bar: x_bar = (v − x̂ mean(v x̂)) / √(mean(x²) + ε).
    """

    centred = False

    def cut(self, x):
        return prod(x[:-1]), 1, 1, x[-1]
