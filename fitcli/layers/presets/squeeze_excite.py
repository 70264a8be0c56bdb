"""A convolutional network with squeeze-and-excite blocks (Hu, Shen & Sun, Squeeze-and-excitation networks, 2018)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge, Le, Lt

from fitcli.layers.base import Positive
from fitcli.layers.branches import Branches
from fitcli.layers.dense import Dense
from fitcli.layers.globalavgpool import GlobalAvgPool
from fitcli.layers.maxpool import MaxPool
from fitcli.layers.presets import PRESETS
from fitcli.layers.presets.base import Preset, classifier, normalized
from fitcli.layers.relu import ReLU
from fitcli.layers.sigmoid import Sigmoid


@PRESETS.register("squeeze_excite")
@dataclass(frozen=True)
class SqueezeExcite(Preset):
    """`stages` times: two convolutions, each channel weighted by what all of them say of the whole image, and the image
    halved; filters double from stage to stage.
    """

    width: Positive = 32  # filters of the first stage
    stages: Annotated[int, Ge(1), Le(8)] = 3
    ratio: Positive = 8  # channels over the units in between
    dropout: Annotated[float, Ge(0), Lt(1)] = 0.3

    def layers(self):
        found = []
        for stage in range(self.stages):
            filters = self.width * 2**stage
            gate = [GlobalAvgPool(), Dense(max(1, filters // self.ratio)), ReLU(), Dense(filters), Sigmoid()]
            found += [*normalized(filters), *normalized(filters), Branches([[], gate], "multiply"), MaxPool(2)]
        return [*found, GlobalAvgPool(), *classifier(self.dropout)]
