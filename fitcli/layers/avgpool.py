"""Average pooling (LeCun et al., 1998): `avgpool: 2`."""

from __future__ import annotations

from dataclasses import dataclass

from fitcli.layers import LAYERS
from fitcli.layers.base import Layer, Natural, NaturalPair, Pair, Positive, pair


@LAYERS.register("avgpool")
@dataclass(frozen=True)
class AvgPool(Layer):
    """y = the mean of each size × size window, channel by channel; `stride` is the size unless given.

    ⌊(height + 2 · padding − size) / stride⌋ + 1 rows. A border counts as zeros, or, without `count_include_pad`, not
    at all.
    """

    size: Positive | Pair = 2
    stride: Positive | Pair | None = None
    padding: Natural | NaturalPair = 0
    count_include_pad: bool = True
    ceil_mode: bool = False  # round up: pixels left over get a smaller window of their own

    def build(self, g, x):
        from fitcli.ops.avgpool import AvgPool as Op

        stride = self.size if self.stride is None else self.stride
        return g.apply(Op(pair(self.size), pair(stride), pair(self.padding), self.count_include_pad, self.ceil_mode), x)
