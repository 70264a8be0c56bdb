"""MobileNet (Howard et al., 2017) for small images."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge, Le, Lt

from fitcli.layers.base import Positive
from fitcli.layers.batchnorm import BatchNorm
from fitcli.layers.depthwise import Depthwise
from fitcli.layers.globalavgpool import GlobalAvgPool
from fitcli.layers.presets import PRESETS
from fitcli.layers.presets.base import Preset, classifier, normalized
from fitcli.layers.relu import ReLU


@PRESETS.register("mobilenet")
@dataclass(frozen=True)
class MobileNet(Preset):
    """A convolution, then `stages` of two separable ones: a window for each channel, and a mix of the channels, each
    with batch normalisation and ReLU. The first of a stage halves the image and doubles the filters.
    """

    width: Positive = 32  # filters of the first convolution
    stages: Annotated[int, Ge(1), Le(6)] = 3
    dropout: Annotated[float, Ge(0), Lt(1)] = 0.0

    def layers(self):
        found = normalized(self.width)
        for stage in range(1, self.stages + 1):
            for stride in (2, 1):
                found += [Depthwise(3, stride, bias=False), BatchNorm(), ReLU(), *normalized(self.width * 2**stage, 1)]
        return [*found, GlobalAvgPool(), *classifier(self.dropout)]
