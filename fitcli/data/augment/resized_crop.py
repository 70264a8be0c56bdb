"""Random resized crop: a part of the image, of random area and proportions, fills it again.

    area share s uniform in [scale, 1],  log ρ uniform in [−log ratio, log ratio],  sides √(s / ρ) H × √(s ρ) W,
    cut off to H × W, at a place uniform in the image

Shapes: x, y [H, W, C]; between pixels by bilinear interpolation.
Source: Szegedy et al., Going deeper with convolutions, 2014, section 6.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge, Gt, Le

from fitcli.data.augment import AUGMENTATIONS
from fitcli.data.augment.base import Move


@AUGMENTATIONS.register("resized_crop")
@dataclass(frozen=True)
class ResizedCrop(Move):
    scale: Annotated[float, Gt(0), Le(1)] = 0.35  # the least share of the area
    ratio: Annotated[float, Ge(1), Le(10)] = 1.3333  # proportions from 1 / ratio to ratio times those of the image
    probability: Annotated[float, Ge(0), Le(1)] = 1.0

    def move(self):
        from fitcli.ops.moves import CROP

        return CROP, self.probability, self.scale, 1.0, 1 / self.ratio, self.ratio
