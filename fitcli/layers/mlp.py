"""Two dense layers that end in the width they begin with, as in transformers and mixers: `mlp: 128`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from fitcli.initializers.base import Initializer
from fitcli.initializers.xavier import XavierUniform
from fitcli.layers import LAYERS
from fitcli.layers.base import Layer, Positive, build_chain
from fitcli.layers.dense import Dense
from fitcli.layers.gelu import GELU
from fitcli.layers.permute import Permute


@LAYERS.register("mlp")
@dataclass(frozen=True)
class MLP(Layer):
    """y = gelu(x W + b) V + c: the shape of x, with `units` numbers in between (Vaswani et al., 2017).

    Each token by itself; `over: tokens` does it to the tokens instead, each feature by itself (Tolstikhin et al.,
    MLP-Mixer, 2021), which is `permute: [1, 0]` before and after it. Weights start as `init` says, biases at 0.
    """

    units: Positive
    over: Literal["features", "tokens"] = "features"
    init: Initializer = XavierUniform()  # of both weights

    def build(self, g, x):
        from fitcli.ops.shapes import as_features, as_tokens

        turned = [Permute([1, 0])] if self.over == "tokens" else []
        width = as_tokens("mlp", x.shape)[0] if turned else as_features("mlp", x.shape)[-1]
        layers = [*turned, Dense(self.units, init=self.init), GELU(), Dense(width, init=self.init), *turned]
        return build_chain(g, x, layers, "layers")
