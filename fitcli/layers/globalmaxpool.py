"""Global max pooling (Oquab et al., 2015)."""

from __future__ import annotations

from dataclasses import dataclass

from fitcli.layers import LAYERS
from fitcli.layers.base import Layer


@LAYERS.register("globalmaxpool")
@dataclass(frozen=True)
class GlobalMaxPool(Layer):
    """The largest number of each channel: (height, width, channels) → (channels); tokens alike."""

    def build(self, g, x):
        from fitcli.ops.globalmaxpool import GlobalMaxPool as Op

        return g.apply(Op(), x)
