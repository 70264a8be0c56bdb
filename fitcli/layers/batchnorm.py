"""Batch normalisation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import Ge, Gt, Lt

from fitcli.layers import LAYERS
from fitcli.layers.base import Layer, NaturalPair, Natural, Pair, Positive


@LAYERS.register("batchnorm")
@dataclass(frozen=True)
class BatchNorm(Layer):
    momentum: Annotated[float, Gt(0), Lt(1)] = 0.1
    eps: Annotated[float, Gt(0)] = 1e-5
