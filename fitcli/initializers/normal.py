"""Normal numbers of a given width."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Gt

from fitcli.initializers import INITIALIZERS
from fitcli.initializers.base import Initializer


@INITIALIZERS.register("normal")
@dataclass(frozen=True)
class Normal(Initializer):
    """w ~ N(mean, std²)."""

    std: Annotated[float, Gt(0)] = 0.05
    mean: float = 0.0

    def values(self, rng, shape):
        return self.mean + self.std * rng.standard_normal(shape)


@INITIALIZERS.register("truncated_normal")
@dataclass(frozen=True)
class TruncatedNormal(Initializer):
    """w ~ N(mean, std²), drawn again where it lies more than 2 std from the mean (so its deviation is 0.88 std)."""

    std: Annotated[float, Gt(0)] = 0.02
    mean: float = 0.0

    def values(self, rng, shape):
        drawn = rng.standard_normal(shape)
        while (outside := abs(drawn) > 2).any():
            drawn[outside] = rng.standard_normal(int(outside.sum()))
        return self.mean + self.std * drawn
