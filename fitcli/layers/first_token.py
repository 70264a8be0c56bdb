"""The first token alone: the end of a transformer that began with `class_token`."""

from __future__ import annotations

from dataclasses import dataclass

from fitcli.layers import LAYERS
from fitcli.layers.base import Layer


@LAYERS.register("first_token")
@dataclass(frozen=True)
class FirstToken(Layer):
    """(tokens, features) → (features): y = x[0]. The mean over all tokens instead is `globalavgpool`."""

    def build(self, g, x):
        from fitcli.ops.first import First

        return g.apply(First(), x)
