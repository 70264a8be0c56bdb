"""Initial values that layers give their parameters without a setting of their own."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

from fitcli.initializers.base import Initializer, initial_values
from fitcli.initializers.constant import Constant

__all__ = ["Constant", "HeNormal", "Initializer", "initial_values"]


@dataclass(frozen=True)
class HeNormal(Initializer):
    """`he_normal` where the shape of the weights does not tell how many numbers an output sums."""

    fan_in: int

    def values(self, rng, shape):
        return rng.standard_normal(shape) * sqrt(2 / self.fan_in)
