"""Gaussian noise (Bishop, 1995)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge

from fitcli.layers import LAYERS
from fitcli.layers.base import Layer


@LAYERS.register("gaussian_noise")
@dataclass(frozen=True)
class GaussianNoise(Layer):
    """In training y = x + std · e with normal e of mean 0 and variance 1; afterwards y = x."""

    std: Annotated[float, Ge(0)] = 0.1

    def build(self, g, x):
        from fitcli.ops.gaussian_noise import GaussianNoise as Op

        return g.apply(Op(self.std), x)
