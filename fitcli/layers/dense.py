"""Fully connected layer: `dense: 128`, or `dense: classes` for one output a class of the data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from fitcli.layers import LAYERS
from fitcli.layers.base import Layer, Positive
from fitcli.layers.initial import Constant, HeNormal


@LAYERS.register("dense")
@dataclass(frozen=True)
class Dense(Layer):
    """y = x W + b: (features) → (units).

    Weights start normal with standard deviation √(2 / features) (He et al., 2015), biases at 0.
    """

    units: Positive | Literal["classes"]
    bias: bool = True

    def build(self, g, x):
        from fitcli.ops.dense import Dense as Op
        from fitcli.ops.shapes import as_vector

        (features,) = as_vector("dense", x.shape)
        units = g.classes if self.units == "classes" else self.units
        params = [g.param("weight", (features, units), HeNormal(features))]
        if self.bias:
            params.append(g.param("bias", (units,), Constant(0.0), decay=False))
        return g.apply(Op(units, self.bias), x, params=tuple(params))
