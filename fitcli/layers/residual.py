"""Residual block."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Literal

from annotated_types import Ge, Gt, Lt

from fitcli.layers import LAYERS
from fitcli.layers.base import Layer, NaturalPair, Natural, Pair, Positive


@LAYERS.register("residual")
@dataclass(frozen=True)
class Residual(Layer):
    layers: list[Layer]
    shortcut: list[Layer] = field(default_factory=list)
