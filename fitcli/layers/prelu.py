"""ReLU with a learned slope (He et al., Delving deep into rectifiers, 2015)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from fitcli.initializers.constant import Constant
from fitcli.layers import LAYERS
from fitcli.layers.base import Layer


@LAYERS.register("prelu")
@dataclass(frozen=True)
class PReLU(Layer):
    """y = x where x > 0, else slope · x; one learned slope for the `layer`, or one for each `channel`.

    The slope starts at `initial`; weight decay does not apply to it, as in the paper.
    """

    initial: float = 0.25
    each: Literal["layer", "channel"] = "layer"

    def build(self, g, x):
        from fitcli.ops.prelu import PReLU as Op

        count = 1 if self.each == "layer" else x.shape[-1]
        return g.apply(Op(), x, params=(g.param("slope", (count,), Constant(self.initial), decay=False),))
