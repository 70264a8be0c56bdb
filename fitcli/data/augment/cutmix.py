"""CutMix: a rectangle of b is pasted into a. Its sides are √(1 − λ) of the image's, λ from Beta(alpha, alpha), its
middle anywhere; what leaves the image is cut off, and λ becomes the share of a that is left to see.

Source: Yun et al., CutMix: regularization strategy to train strong classifiers with localizable features, 2019.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge, Gt, Le

from fitcli.data.augment import AUGMENTATIONS
from fitcli.data.augment.base import Mixing


@AUGMENTATIONS.register("cutmix")
@dataclass(frozen=True)
class CutMix(Mixing):
    alpha: Annotated[float, Gt(0), Le(10)] = 1.0
    probability: Annotated[float, Ge(0), Le(1)] = 0.5

    def mixed(self, a, b, share, rng):
        h, w, _ = a.shape
        side = (1 - share) ** 0.5
        r, q = rng.integers(h), rng.integers(w)
        top, left = max(0, r - round(h * side) // 2), max(0, q - round(w * side) // 2)
        low, right = min(h, r + (round(h * side) + 1) // 2), min(w, q + (round(w * side) + 1) // 2)
        y = a.copy()
        y[top:low, left:right] = b[top:low, left:right]
        return y, 1 - (low - top) * (right - left) / (h * w)
