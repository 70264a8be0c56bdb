"""A learned token before those of the image (Dosovitskiy et al., An image is worth 16×16 words, 2021)."""

from __future__ import annotations

from dataclasses import dataclass

from fitcli.initializers.base import Initializer
from fitcli.initializers.normal import TruncatedNormal
from fitcli.layers import LAYERS
from fitcli.layers.base import Layer


@LAYERS.register("class_token")
@dataclass(frozen=True)
class ClassToken(Layer):
    """(tokens, features) → (1 + tokens, features): a token that starts as `init` says and is the same for every image.

    By `attention` it gathers what the others know; `first_token` takes it out again.
    """

    init: Initializer = TruncatedNormal()

    def build(self, g, x):
        from fitcli.ops.prepend import Prepend
        from fitcli.ops.shapes import as_tokens

        _, features = as_tokens("class_token", x.shape)
        return g.apply(Prepend(), x, params=(g.param("token", (features,), self.init, decay=False),))
