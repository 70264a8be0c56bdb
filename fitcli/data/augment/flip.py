"""Mirror.

    horizontal  y[i, j] = x[i, W - 1 - j]
    vertical    y[i, j] = x[H - 1 - i, j]
    both        each of the two by a coin of its own

each with probability 1/2, else y = x.

Shapes: x, y [H, W, C].
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from fitcli.data.augment import AUGMENTATIONS
from fitcli.data.augment.base import Augmentation


@AUGMENTATIONS.register("flip")
@dataclass(frozen=True)
class Flip(Augmentation):
    axis: Literal["horizontal", "vertical", "both"] = "horizontal"

    def apply_to(self, pixels):
        return replace(
            pixels,
            flip_columns=pixels.flip_columns or self.axis in ("horizontal", "both"),
            flip_rows=pixels.flip_rows or self.axis in ("vertical", "both"),
        )
