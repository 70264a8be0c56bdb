"""Mixup: y = λ a + (1 − λ) b of two images of the batch, λ from Beta(alpha, alpha); the loss mixes the same way.

λ is rounded to 1/256, the pixels to bytes. Mixed is what the other augmentations then change.
Source: Zhang et al., mixup: beyond empirical risk minimization, 2017.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge, Gt, Le

from fitcli.data.augment import AUGMENTATIONS
from fitcli.data.augment.base import Mixing


@AUGMENTATIONS.register("mixup")
@dataclass(frozen=True)
class Mixup(Mixing):
    alpha: Annotated[float, Gt(0), Le(10)] = 0.2
    probability: Annotated[float, Ge(0), Le(1)] = 1.0

    def mixed(self, a, b, share, rng):
        import numpy as np

        part = round(256 * share)
        y = (a.astype(np.uint16) * part + b.astype(np.uint16) * (256 - part) + 128) >> 8
        return y.astype(np.uint8), part / 256
