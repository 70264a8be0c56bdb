"""Random brightness, contrast, saturation and hue, one linear map of the colours of each image.

    v ← f v,  v ← 1/2 + f (v − 1/2),  v ← grey + f (v − grey) with f uniform in [max(0, 1 − a), 1 + a] for each a,
    then a turn by 2π h about the axis of grey, R = G = B, h uniform in ±hue;  v in 0..1, cut off at the end

grey = 0.299 R + 0.587 G + 0.114 B (ITU-R 601-2). Of grey images only brightness and contrast change.
Source: Howard, Some improvements on deep convolutional neural network based image classification, 2013.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge, Le

from fitcli.data.augment import AUGMENTATIONS
from fitcli.data.augment.base import Move


@AUGMENTATIONS.register("color_jitter")
@dataclass(frozen=True)
class ColorJitter(Move):
    brightness: Annotated[float, Ge(0), Le(5)] = 0.2
    contrast: Annotated[float, Ge(0), Le(5)] = 0.2
    saturation: Annotated[float, Ge(0), Le(5)] = 0.2
    hue: Annotated[float, Ge(0), Le(0.5)] = 0.02  # of the colour circle
    probability: Annotated[float, Ge(0), Le(1)] = 1.0

    def move(self):
        from fitcli.ops.moves import COLOUR

        return COLOUR, self.probability, self.brightness, self.contrast, self.saturation, self.hue, 0.0
