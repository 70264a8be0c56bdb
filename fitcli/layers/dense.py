"""Fully connected."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import Ge, Gt, Lt

from fitcli.layers import LAYERS
from fitcli.layers.base import Layer, NaturalPair, Natural, Pair, Positive


@LAYERS.register("dense")
@dataclass(frozen=True)
class Dense(Layer):
    units: Positive | Literal['classes']
    bias: bool = True
