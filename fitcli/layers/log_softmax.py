"""The logarithm of softmax."""

from __future__ import annotations

from dataclasses import dataclass

from fitcli.layers import LAYERS
from fitcli.layers.base import Layer


@LAYERS.register("log_softmax")
@dataclass(frozen=True)
class LogSoftmax(Layer):
    """y = x − log Σ eˣ over the last axis: the channels of an image, the numbers of a vector.

    Not needed before a loss: `cross_entropy` takes it itself.
    """

    def build(self, g, x):
        from fitcli.ops.log_softmax import LogSoftmax as Op

        return g.apply(Op(), x)
