"""Weights that keep the variance through linear layers and `selu` (LeCun et al., Efficient backprop, 1998)."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

from fitcli.initializers import INITIALIZERS
from fitcli.initializers.base import Initializer, fans
from fitcli.initializers.uniform import Uniform


@INITIALIZERS.register("lecun_normal")
@dataclass(frozen=True)
class LecunNormal(Initializer):
    """w ~ N(0, 1 / fan_in), fan_in the numbers that an output sums."""

    def values(self, rng, shape):
        return rng.standard_normal(shape) * sqrt(1 / fans(shape)[0])


@INITIALIZERS.register("lecun_uniform")
@dataclass(frozen=True)
class LecunUniform(Initializer):
    """w ~ U(−a, a), a = √(3 / fan_in), fan_in the numbers that an output sums."""

    def values(self, rng, shape):
        a = sqrt(3 / fans(shape)[0])
        return Uniform(-a, a).values(rng, shape)
