"""A small vision transformer (Dosovitskiy et al., An image is worth 16×16 words, 2021)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import Ge, Le, Lt

from fitcli.layers.attention import Attention
from fitcli.layers.base import Pair, Positive
from fitcli.layers.class_token import ClassToken
from fitcli.layers.dropout import Dropout
from fitcli.layers.first_token import FirstToken
from fitcli.layers.globalavgpool import GlobalAvgPool
from fitcli.layers.layernorm import LayerNorm
from fitcli.layers.mlp import MLP
from fitcli.layers.patches import Patches
from fitcli.layers.positions import Positions
from fitcli.layers.presets import PRESETS
from fitcli.layers.presets.base import Preset, classifier
from fitcli.layers.repeat import Repeat
from fitcli.layers.residual import Residual


@PRESETS.register("vit")
@dataclass(frozen=True)
class ViT(Preset):
    """Patches of the image as tokens with learned positions, `depth` times attention and an MLP, each in a residual and
    behind layer normalisation; read off from a class token, or from the mean of all.
    """

    patch: Positive | Pair = 4  # pixels; it has to divide height and width
    width: Positive = 64  # features of a token
    depth: Annotated[int, Ge(1), Le(100)] = 4
    heads: Positive = 4
    hidden: Positive = 2  # units of the MLP over width
    read: Literal["token", "mean"] = "token"
    dropout: Annotated[float, Ge(0), Lt(1)] = 0.0  # at the end of each residual
    attention_dropout: Annotated[float, Ge(0), Lt(1)] = 0.0  # of the attention weights

    def __post_init__(self) -> None:
        if self.width % self.heads:
            raise ValueError(f"vit's heads have to divide its width: {self.heads} does not divide {self.width}")

    def layers(self):
        drop = [Dropout(self.dropout)] if self.dropout else []
        parts = Attention(self.heads, dropout=self.attention_dropout), MLP(self.hidden * self.width)
        block = [Residual([LayerNorm(), part, *drop]) for part in parts]
        first, last = ([ClassToken()], [FirstToken()]) if self.read == "token" else ([], [GlobalAvgPool()])
        found = [Patches(self.patch, self.width), *first, Positions(), Repeat(self.depth, block), LayerNorm()]
        return [*found, *last, *classifier()]
