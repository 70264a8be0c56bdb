"""Max pooling: `maxpool: 2`."""

from __future__ import annotations

from dataclasses import dataclass

from fitcli.layers import LAYERS
from fitcli.layers.base import Layer, Natural, NaturalPair, Pair, Positive, pair


@LAYERS.register("maxpool")
@dataclass(frozen=True)
class MaxPool(Layer):
    """y = the maximum of each size × size window, channel by channel; `stride` is the size unless given.

    ⌊(height + 2 · padding − size) / stride⌋ + 1 rows; a border counts as −∞.
    """

    size: Positive | Pair = 2
    stride: Positive | Pair | None = None
    padding: Natural | NaturalPair = 0
    ceil_mode: bool = False  # round up: pixels left over get a smaller window of their own

    def build(self, g, x):
        from fitcli.ops.maxpool import MaxPool as Op

        stride = self.size if self.stride is None else self.stride
        return g.apply(Op(pair(self.size), pair(stride), pair(self.padding), self.ceil_mode), x)
