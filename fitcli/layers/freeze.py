"""Layers that are not trained: `freeze: [...]`."""

from __future__ import annotations

from dataclasses import dataclass

from fitcli.autodiff.tuning import Tuning
from fitcli.layers import LAYERS
from fitcli.layers.base import Layer, build_chain


@LAYERS.register("freeze")
@dataclass(frozen=True)
class Freeze(Layer):
    """y = f(x), f the inner layers, whose parameters stay as they are. Batch norm in it goes on measuring its batches.

    Frozen layers at the beginning of a model cost no backward pass.
    """

    layers: list[Layer]

    def build(self, g, x):
        with g.tuned(Tuning(lr=0.0, decay=0.0)):
            return build_chain(g, x, self.layers, "layers")
