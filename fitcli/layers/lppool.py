"""Power-average pooling (Gulcehre et al., 2014): `lppool: 2`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge

from fitcli.layers import LAYERS
from fitcli.layers.base import Layer, Natural, NaturalPair, Pair, Positive, pair


@LAYERS.register("lppool")
@dataclass(frozen=True)
class LpPool(Layer):
    """y = (Σ |x|ᵖ)^(1/p) over each size × size window, channel by channel; `stride` is the size unless given.

    ⌊(height + 2 · padding − size) / stride⌋ + 1 rows; a border counts as zeros.
    """

    size: Positive | Pair = 2
    stride: Positive | Pair | None = None
    padding: Natural | NaturalPair = 0
    p: Annotated[float, Ge(1)] = 2.0
    ceil_mode: bool = False  # round up: pixels left over get a smaller window of their own

    def build(self, g, x):
        from fitcli.ops.lppool import LpPool as Op

        stride = self.size if self.stride is None else self.stride
        return g.apply(Op(pair(self.size), pair(stride), pair(self.padding), self.p, self.ceil_mode), x)
