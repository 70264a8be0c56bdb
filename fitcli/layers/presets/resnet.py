"""Residual network for small images (He et al., Deep residual learning for image recognition, 2016, §4.2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge, Le, Lt

from fitcli.layers.base import Positive
from fitcli.layers.globalavgpool import GlobalAvgPool
from fitcli.layers.presets import PRESETS
from fitcli.layers.presets.base import Preset, classifier, normalized
from fitcli.layers.relu import ReLU
from fitcli.layers.residual import Residual


@PRESETS.register("resnet")
@dataclass(frozen=True)
class ResNet(Preset):
    """depth = 6 n + 2 layers: a convolution, three stages of n residual blocks of two, and a linear map. The second and
    third stage halve the image and double the filters, where a convolution of kernel 1 is the shortcut.
    """

    depth: Annotated[int, Ge(8), Le(200)] = 20
    width: Positive = 16  # filters of the first stage
    dropout: Annotated[float, Ge(0), Lt(1)] = 0.0

    def __post_init__(self) -> None:
        if self.depth % 6 != 2:
            below = (self.depth - 2) // 6 * 6 + 2
            raise ValueError(f"resnet's depth is 6 n + 2, for example {below} or {below + 6}, not {self.depth}")

    def layers(self):
        found = normalized(self.width)
        for stage in range(3):
            for block in range((self.depth - 2) // 6):
                found += self._block(self.width * 2**stage, 2 if stage and not block else 1)
        return [*found, GlobalAvgPool(), *classifier(self.dropout)]

    def _block(self, filters: int, stride: int):
        deep = [*normalized(filters, 3, stride), *normalized(filters, bend=False)]
        return [Residual(deep, normalized(filters, 1, stride, bend=False) if stride > 1 else []), ReLU()]
