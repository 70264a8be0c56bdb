"""The same numbers under another shape: `reshape: [49, 64]`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import Len

from fitcli.layers import LAYERS
from fitcli.layers.base import Layer, Positive


@LAYERS.register("reshape")
@dataclass(frozen=True)
class Reshape(Layer):
    """One image becomes an array of sizes `to`, in the order (row, column, channel); one size of -1 is what is left."""

    to: Annotated[list[Positive | Literal[-1]], Len(1, 3)]

    def build(self, g, x):
        from fitcli.ops.reshape import Reshape as Op

        return g.apply(Op(tuple(self.to)), x)
