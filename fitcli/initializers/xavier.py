"""Weights that keep the variance of values and of gradients (Glorot & Bengio, Understanding the difficulty of training
deep feedforward neural networks, 2010)."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

from fitcli.initializers import INITIALIZERS
from fitcli.initializers.base import Initializer, fans
from fitcli.initializers.uniform import Uniform


@INITIALIZERS.register("xavier_normal")
@dataclass(frozen=True)
class XavierNormal(Initializer):
    """w ~ N(0, 2 / (fan_in + fan_out)): fan_in numbers are summed into an output, each goes into fan_out outputs."""

    def values(self, rng, shape):
        return rng.standard_normal(shape) * sqrt(2 / sum(fans(shape)))


@INITIALIZERS.register("xavier_uniform")
@dataclass(frozen=True)
class XavierUniform(Initializer):
    """w ~ U(−a, a), a = √(6 / (fan_in + fan_out)): fan_in numbers are summed into an output, each goes into fan_out."""

    def values(self, rng, shape):
        a = sqrt(6 / sum(fans(shape)))
        return Uniform(-a, a).values(rng, shape)
