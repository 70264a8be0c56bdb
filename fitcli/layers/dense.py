"""Fully connected layer: `dense: 128`, or `dense: classes` for one output a class of the data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from fitcli.initializers.base import Initializer
from fitcli.initializers.constant import Constant
from fitcli.initializers.he import HeNormal
from fitcli.layers import LAYERS
from fitcli.layers.base import Layer, Positive


@LAYERS.register("dense")
@dataclass(frozen=True)
class Dense(Layer):
    """y = x W + b: (features) → (units), and (tokens, features) → (tokens, units), each token by itself.

    Weights start as `init` says, biases at 0.
    """

    units: Positive | Literal["classes"]
    bias: bool = True
    init: Initializer = HeNormal()  # of the weights

    def build(self, g, x):
        from fitcli.ops.dense import Dense as Op
        from fitcli.ops.shapes import as_features

        features = as_features("dense", x.shape)[-1]
        units = g.classes if self.units == "classes" else self.units
        params = [g.param("weight", (features, units), self.init)]
        if self.bias:
            params.append(g.param("bias", (units,), Constant(0.0), decay=False))
        return g.apply(Op(units, self.bias), x, params=tuple(params))
