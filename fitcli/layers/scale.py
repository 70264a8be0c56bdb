"""A learned factor for each channel (LayerScale: Touvron et al., 2021): `scale: 1e-4`."""

from __future__ import annotations

from dataclasses import dataclass

from fitcli.initializers.constant import Constant
from fitcli.layers import LAYERS
from fitcli.layers.base import Layer


@LAYERS.register("scale")
@dataclass(frozen=True)
class Scale(Layer):
    """y = γ x, one learned γ a channel that starts at `initial`: small, it eases the start of a deep `residual`."""

    initial: float = 1.0

    def build(self, g, x):
        from fitcli.ops.scale import Scale as Op

        return g.apply(Op(), x, params=(g.param("gamma", (x.shape[-1],), Constant(self.initial), decay=False),))
