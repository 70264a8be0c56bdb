"""Batch normalisation (Ioffe & Szegedy, 2015)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge, Gt, Le

from fitcli.initializers.constant import Constant
from fitcli.layers import LAYERS
from fitcli.layers.base import Layer


@LAYERS.register("batchnorm")
@dataclass(frozen=True)
class BatchNorm(Layer):
    """y = γ (x − mean) / √(var + eps) + β, per channel: over the batch in training, by running statistics after it.

    running ← (1 − momentum) · running + momentum · batch. γ starts at 1, β at 0.
    """

    momentum: Annotated[float, Ge(0), Le(1)] = 0.1
    eps: Annotated[float, Gt(0)] = 1e-5

    def build(self, g, x):
        from fitcli.ops.batchnorm import BatchNorm as Op

        c = (x.shape[-1],)
        params = (
            g.param("gamma", c, Constant(1.0), decay=False),
            g.param("beta", c, Constant(0.0), decay=False),
            g.param("running_mean", c, Constant(0.0), trained=False),
            g.param("running_var", c, Constant(1.0), trained=False),
        )
        return g.apply(Op(self.momentum, self.eps), x, params=params)
