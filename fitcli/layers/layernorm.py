"""Layer normalisation (Ba, Kiros & Hinton, 2016)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Gt

from fitcli.initializers.constant import Constant
from fitcli.layers import LAYERS
from fitcli.layers.base import Layer


@LAYERS.register("layernorm")
@dataclass(frozen=True)
class LayerNorm(Layer):
    """y = γ (x − mean) / √(var + eps) + β, moments over the last axis.

    That is all of a vector, and of an image the channels of each pixel by itself, as vision transformers and ConvNeXt
    have it. (Over all pixels and channels: `groupnorm: 1`.) γ starts at 1, β at 0; `affine: false` leaves both out.
    """

    eps: Annotated[float, Gt(0)] = 1e-5
    affine: bool = True

    def build(self, g, x):
        from fitcli.ops.layernorm import LayerNorm as Op

        return g.apply(Op(self.eps), x, params=affine_params(g, x.shape[-1]) if self.affine else ())


def affine_params(g, channels: int) -> tuple:
    """γ and β of a normalisation: one of each a channel."""
    return (
        g.param("gamma", (channels,), Constant(1.0), decay=False),
        g.param("beta", (channels,), Constant(0.0), decay=False),
    )
