"""Layers that the fit treats unlike the others: their own learning rate, weight decay, penalties, bounds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge, Gt

from fitcli.autodiff.tuning import Tuning
from fitcli.layers import LAYERS
from fitcli.layers.base import Layer, build_chain

Factor = Annotated[float, Ge(0)]


@LAYERS.register("tuned")
@dataclass(frozen=True)
class Tuned(Layer):
    """y = f(x), f the inner layers; what is said here holds for their parameters.

    The learning rate is lr · (that of the fit), the decay decay · weight_decay. The training loss is made larger by
    l1 Σ|w| + l2 Σ w² over the weights (not over biases and norms). After every step the weights of each output are
    scaled down to the length max_norm where they are longer (Srivastava et al., Dropout, 2014). One in another:
    factors multiply, penalties add up, the smaller bound holds.
    """

    layers: list[Layer]
    lr: Factor = 1.0  # 0 leaves the parameters as they are
    decay: Factor = 1.0
    l1: Factor = 0.0
    l2: Factor = 0.0
    max_norm: Annotated[float, Gt(0)] | None = None

    def build(self, g, x):
        with g.tuned(Tuning(self.lr, self.decay, self.l1, self.l2, self.max_norm)):
            return build_chain(g, x, self.layers, "layers")
