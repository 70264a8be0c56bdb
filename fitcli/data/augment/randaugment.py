"""A policy: for each image `count` moves drawn from ten, each as strong as `magnitude` m in one direction or the other.

    nothing; rotation by ±30° m; shear of columns, of rows by ±0.3 m; shift of rows, of columns by ±0.3 m of the side;
    brightness, contrast, saturation times 1 ± 0.9 m; blur with σ = 1.5 m pixels

In the manner of Cubuk et al., RandAugment, 2019: two numbers instead of a search; its posterizing, solarizing and
equalizing are left out, for they are no linear maps of colours.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge, Le

from fitcli.data.augment import AUGMENTATIONS
from fitcli.data.augment.base import Move


@AUGMENTATIONS.register("randaugment")
@dataclass(frozen=True)
class RandAugment(Move):
    count: Annotated[int, Ge(1), Le(10)] = 2
    magnitude: Annotated[float, Ge(0), Le(1)] = 0.3
    probability: Annotated[float, Ge(0), Le(1)] = 1.0

    def move(self):
        from fitcli.ops.moves import POLICY

        return POLICY, self.probability, self.count, self.magnitude
