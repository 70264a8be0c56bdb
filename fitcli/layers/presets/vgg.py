"""A small VGG (Simonyan & Zisserman, Very deep convolutional networks, 2015)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge, Le, Lt

from fitcli.layers.base import Positive
from fitcli.layers.globalavgpool import GlobalAvgPool
from fitcli.layers.maxpool import MaxPool
from fitcli.layers.presets import PRESETS
from fitcli.layers.presets.base import Preset, classifier, normalized


@PRESETS.register("vgg")
@dataclass(frozen=True)
class VGG(Preset):
    """`blocks` times: `convs` convolutions of 3 × 3 pixels, and the image halved by the largest of four; filters double
    from block to block. Batch normalisation behind each convolution, and the mean over all pixels at the end.
    """

    width: Positive = 32  # filters of the first block
    blocks: Annotated[int, Ge(1), Le(8)] = 3
    convs: Annotated[int, Ge(1), Le(8)] = 2  # of each block
    dropout: Annotated[float, Ge(0), Lt(1)] = 0.3

    def layers(self):
        found = []
        for block in range(self.blocks):
            found += [layer for _ in range(self.convs) for layer in normalized(self.width * 2**block)]
            found.append(MaxPool(2))
        return [*found, GlobalAvgPool(), *classifier(self.dropout)]
