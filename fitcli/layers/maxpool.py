"""Max pooling."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import Ge, Gt, Lt

from fitcli.layers import LAYERS
from fitcli.layers.base import Layer, NaturalPair, Natural, Pair, Positive


@LAYERS.register("maxpool")
@dataclass(frozen=True)
class MaxPool(Layer):
    size: Positive | Pair = 2
    stride: Positive | Pair | None = None
    padding: Natural | NaturalPair = 0
