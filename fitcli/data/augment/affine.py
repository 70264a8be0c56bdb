"""Random rotation, shear, zoom and shift: y[p] = x[R(θ) S(φ) p / z + t], places p counted from the middle.

    θ uniform in ±degrees,  φ uniform in ±shear degrees,  log z uniform in ±log zoom,  t uniform in ±shift (H, W)

Shapes: x, y [H, W, C]; bilinear between pixels, 0 outside of the image.
Source: Simard, Steinkraus & Platt, Best practices for convolutional neural networks applied to visual document
analysis, 2003.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge, Le

from fitcli.data.augment import AUGMENTATIONS
from fitcli.data.augment.base import Move


@AUGMENTATIONS.register("affine")
@dataclass(frozen=True)
class Affine(Move):
    degrees: Annotated[float, Ge(0), Le(180)] = 10.0
    shear: Annotated[float, Ge(0), Le(80)] = 0.0  # degrees
    zoom: Annotated[float, Ge(1), Le(10)] = 1.0  # sizes from 1 / zoom to zoom
    shift: Annotated[float, Ge(0), Le(1)] = 0.0  # of the sides
    probability: Annotated[float, Ge(0), Le(1)] = 1.0

    def move(self):
        from fitcli.ops.moves import AFFINE

        return AFFINE, self.probability, self.degrees, self.shear, 1 / self.zoom, self.zoom, self.shift
