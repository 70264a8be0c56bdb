"""Weights that keep the variance through rectified layers (He et al., Delving deep into rectifiers, 2015)."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

from fitcli.initializers import INITIALIZERS
from fitcli.initializers.base import Initializer, fans
from fitcli.initializers.uniform import Uniform


@INITIALIZERS.register("he_normal")
@dataclass(frozen=True)
class HeNormal(Initializer):
    """w ~ N(0, 2 / fan_in), fan_in the numbers that an output sums."""

    def values(self, rng, shape):
        return rng.standard_normal(shape) * sqrt(2 / fans(shape)[0])


@INITIALIZERS.register("he_uniform")
@dataclass(frozen=True)
class HeUniform(Initializer):
    """w ~ U(−a, a), a = √(6 / fan_in), fan_in the numbers that an output sums."""

    def values(self, rng, shape):
        a = sqrt(6 / fans(shape)[0])
        return Uniform(-a, a).values(rng, shape)
