"""MLP-Mixer (Tolstikhin et al., MLP-Mixer: an all-MLP architecture for vision, 2021)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge, Le, Lt

from fitcli.layers.base import Pair, Positive
from fitcli.layers.dropout import Dropout
from fitcli.layers.globalavgpool import GlobalAvgPool
from fitcli.layers.layernorm import LayerNorm
from fitcli.layers.mlp import MLP
from fitcli.layers.patches import Patches
from fitcli.layers.presets import PRESETS
from fitcli.layers.presets.base import Preset, classifier
from fitcli.layers.repeat import Repeat
from fitcli.layers.residual import Residual


@PRESETS.register("mixer")
@dataclass(frozen=True)
class Mixer(Preset):
    """Patches of the image as tokens, `depth` times an MLP over the tokens and one over the features, each in a
    residual and behind layer normalisation; the mean of all tokens at the end.
    """

    patch: Positive | Pair = 4  # pixels; it has to divide height and width
    width: Positive = 64  # features of a token
    depth: Annotated[int, Ge(1), Le(100)] = 4
    tokens: Positive = 32  # units of the MLP over the tokens
    features: Positive = 128  # units of the MLP over the features
    dropout: Annotated[float, Ge(0), Lt(1)] = 0.0  # at the end of each residual

    def layers(self):
        drop = [Dropout(self.dropout)] if self.dropout else []
        parts = MLP(self.tokens, "tokens"), MLP(self.features)
        block = [Residual([LayerNorm(), part, *drop]) for part in parts]
        found = [Patches(self.patch, self.width), Repeat(self.depth, block), LayerNorm(), GlobalAvgPool()]
        return [*found, *classifier()]
