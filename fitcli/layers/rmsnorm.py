"""Root mean square normalisation (Zhang & Sennrich, 2019)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Gt

from fitcli.layers import LAYERS
from fitcli.layers.base import Layer
from fitcli.layers.layernorm import affine_params


@LAYERS.register("rmsnorm")
@dataclass(frozen=True)
class RMSNorm(Layer):
    """y = γ x / √(mean(x²) + eps), the mean over the last axis: of an image, the channels of each pixel by itself.

    γ starts at 1; `affine: false` leaves it out.
    """

    eps: Annotated[float, Gt(0)] = 1e-5
    affine: bool = True

    def build(self, g, x):
        from fitcli.ops.rmsnorm import RMSNorm as Op

        return g.apply(Op(self.eps), x, params=affine_params(g, x.shape[-1])[:1] if self.affine else ())
