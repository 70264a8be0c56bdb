"""LeNet-5 (LeCun et al., Gradient-based learning applied to document recognition, 1998)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from fitcli.initializers.xavier import XavierUniform
from fitcli.layers import LAYERS
from fitcli.layers.avgpool import AvgPool
from fitcli.layers.conv import Conv
from fitcli.layers.dense import Dense
from fitcli.layers.flatten import Flatten
from fitcli.layers.presets import PRESETS
from fitcli.layers.presets.base import Preset, classifier


@PRESETS.register("lenet5")
@dataclass(frozen=True)
class LeNet5(Preset):
    """6 and 16 filters of 5 × 5 pixels, each halved by the mean of four, then 120 and 84 units; for 28 × 28 pixels or
    more. As is usual today, every filter sees all channels, and the last layer is a plain linear map.
    """

    activation: Literal["tanh", "relu"] = "tanh"

    def layers(self):
        bend, init = LAYERS[self.activation](), XavierUniform()
        found = [Conv(6, 5, init=init), bend, AvgPool(2)]
        found += [Conv(16, 5, padding="valid", init=init), bend, AvgPool(2), Flatten()]
        for units in (120, 84):
            found += [Dense(units, init=init), bend]
        return [*found, *classifier()]
