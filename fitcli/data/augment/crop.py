"""Random shift: pad the image by p black pixels on every side, cut a window of the old size out of it.

    y[i, j] = x[i + a - p, j + b - p], 0 where the index leaves the image;  a, b uniform in {0, ..., 2p}

Shapes: x, y [H, W, C].
Source: He et al., Deep Residual Learning for Image Recognition, 2015, section 4.2 (there p = 4).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated

from annotated_types import Ge

from fitcli.data.augment import AUGMENTATIONS
from fitcli.data.augment.base import Augmentation


@AUGMENTATIONS.register("crop")
@dataclass(frozen=True)
class Crop(Augmentation):
    padding: Annotated[int, Ge(0)] = 4

    def apply_to(self, pixels):
        return replace(pixels, pad=(self.padding, self.padding))
