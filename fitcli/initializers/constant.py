"""The same number everywhere."""

from __future__ import annotations

from dataclasses import dataclass

from fitcli.initializers import INITIALIZERS
from fitcli.initializers.base import Initializer


@INITIALIZERS.register("constant")
@dataclass(frozen=True)
class Constant(Initializer):
    """w = value."""

    value: float = 0.0

    def values(self, rng, shape):
        import numpy as np

        return np.full(shape, self.value, np.float64)


@INITIALIZERS.register("zeros")
@dataclass(frozen=True)
class Zeros(Initializer):
    """w = 0. Weights between two layers that all start at 0 get no gradient; biases and last layers may."""

    def values(self, rng, shape):
        return Constant(0.0).values(rng, shape)


@INITIALIZERS.register("ones")
@dataclass(frozen=True)
class Ones(Initializer):
    """w = 1."""

    def values(self, rng, shape):
        return Constant(1.0).values(rng, shape)
