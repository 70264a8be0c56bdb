"""Random erasing: a rectangle of random area and proportions becomes the mean colour of the training images.

    area share s uniform in [smallest, largest],  log ρ uniform in [−log ratio, log ratio],  sides √(s / ρ) H × √(s ρ) W

Source: Zhong et al., Random erasing data augmentation, 2017.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge, Gt, Le

from fitcli.data.augment import AUGMENTATIONS
from fitcli.data.augment.base import Move


@AUGMENTATIONS.register("erase")
@dataclass(frozen=True)
class Erase(Move):
    probability: Annotated[float, Ge(0), Le(1)] = 0.25
    smallest: Annotated[float, Gt(0), Le(1)] = 0.02
    largest: Annotated[float, Gt(0), Le(1)] = 0.33
    ratio: Annotated[float, Ge(1), Le(10)] = 3.3

    def __post_init__(self) -> None:
        if self.largest < self.smallest:
            raise ValueError(f"largest must be at least smallest; they are {self.largest} and {self.smallest}")

    def move(self):
        from fitcli.ops.moves import ERASE

        return ERASE, self.probability, self.smallest, self.largest, 1 / self.ratio, self.ratio
