"""Numbers of an interval, all equally likely."""

from __future__ import annotations

from dataclasses import dataclass

from fitcli.initializers import INITIALIZERS
from fitcli.initializers.base import Initializer


@INITIALIZERS.register("uniform")
@dataclass(frozen=True)
class Uniform(Initializer):
    """w ~ U[low, high)."""

    low: float = -0.05
    high: float = 0.05

    def __post_init__(self) -> None:
        if self.low >= self.high:
            raise ValueError(f"low must be below high; they are {self.low} and {self.high}")

    def values(self, rng, shape):
        return self.low + (self.high - self.low) * rng.random(shape)
