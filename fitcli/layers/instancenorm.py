"""Instance normalisation (Ulyanov, Vedaldi & Lempitsky, 2016)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Gt

from fitcli.layers import LAYERS
from fitcli.layers.base import Layer
from fitcli.layers.layernorm import affine_params


@LAYERS.register("instancenorm")
@dataclass(frozen=True)
class InstanceNorm(Layer):
    """y = (x − mean) / √(var + eps), moments over the pixels of each channel of each image.

    With `affine: true` behind it γ y + β, one of each a channel, starting at 1 and 0.
    """

    eps: Annotated[float, Gt(0)] = 1e-5
    affine: bool = False

    def build(self, g, x):
        from fitcli.ops.instancenorm import InstanceNorm as Op

        return g.apply(Op(self.eps), x, params=affine_params(g, x.shape[-1]) if self.affine else ())
