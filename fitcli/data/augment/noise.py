"""Random noise: y = x + σ e, e normal for each number, σ uniform in [0, std] for each image; cut off to 0..1.

Source: Bishop, Training with noise is equivalent to Tikhonov regularization, 1995.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge, Le

from fitcli.data.augment import AUGMENTATIONS
from fitcli.data.augment.base import Move


@AUGMENTATIONS.register("noise")
@dataclass(frozen=True)
class Noise(Move):
    std: Annotated[float, Ge(0), Le(1)] = 0.05  # white is 1
    probability: Annotated[float, Ge(0), Le(1)] = 1.0

    def move(self):
        from fitcli.ops.moves import NOISE

        return NOISE, self.probability, self.std
