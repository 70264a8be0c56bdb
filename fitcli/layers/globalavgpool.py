"""Global average pooling (Lin, Chen & Yan, 2014)."""

from __future__ import annotations

from dataclasses import dataclass

from fitcli.layers import LAYERS
from fitcli.layers.base import Layer


@LAYERS.register("globalavgpool")
@dataclass(frozen=True)
class GlobalAvgPool(Layer):
    """The mean over all pixels: (height, width, channels) → (channels).

    Over all tokens alike: (tokens, features) → (features).
    """

    def build(self, g, x):
        from fitcli.ops.globalavgpool import GlobalAvgPool as Op

        return g.apply(Op(), x)
