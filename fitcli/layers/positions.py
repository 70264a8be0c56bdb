"""Learned positions (Dosovitskiy et al., An image is worth 16×16 words, 2021), without which tokens have no order."""

from __future__ import annotations

from dataclasses import dataclass

from fitcli.initializers.base import Initializer
from fitcli.initializers.normal import TruncatedNormal
from fitcli.layers import LAYERS
from fitcli.layers.base import Layer


@LAYERS.register("positions")
@dataclass(frozen=True)
class Positions(Layer):
    """y = x + w, w one learned number for each number of x, the same for every image; it starts as `init` says."""

    init: Initializer = TruncatedNormal()

    def build(self, g, x):
        from fitcli.ops.offset import Offset

        return g.apply(Offset(), x, params=(g.param("offset", x.shape, self.init, decay=False),))
