"""Group normalisation (Wu & He, 2018): `groupnorm: 8`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Gt

from fitcli.layers import LAYERS
from fitcli.layers.base import Layer, Positive
from fitcli.layers.layernorm import affine_params


@LAYERS.register("groupnorm")
@dataclass(frozen=True)
class GroupNorm(Layer):
    """y = γ (x − mean) / √(var + eps) + β, moments over all pixels and the channels of one of `groups` equal groups.

    Each image by itself, so training and prediction are the same. γ and β are one a channel and start at 1 and 0;
    `affine: false` leaves both out.
    """

    groups: Positive = 32
    eps: Annotated[float, Gt(0)] = 1e-5
    affine: bool = True

    def build(self, g, x):
        from fitcli.ops.groupnorm import GroupNorm as Op

        return g.apply(Op(self.eps, self.groups), x, params=affine_params(g, x.shape[-1]) if self.affine else ())
