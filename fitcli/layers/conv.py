"""Convolution."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import Ge, Gt, Lt

from fitcli.layers import LAYERS
from fitcli.layers.base import Layer, NaturalPair, Natural, Pair, Positive


@LAYERS.register("conv")
@dataclass(frozen=True)
class Conv(Layer):
    filters: Positive
    kernel: Positive | Pair = 3
    stride: Positive | Pair = 1
    padding: Literal['same', 'valid'] | Natural | NaturalPair = 'same'
    bias: bool = True
