"""Global average pooling."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import Ge, Gt, Lt

from fitcli.layers import LAYERS
from fitcli.layers.base import Layer, NaturalPair, Natural, Pair, Positive


@LAYERS.register("globalavgpool")
@dataclass(frozen=True)
class GlobalAvgPool(Layer):
    pass
