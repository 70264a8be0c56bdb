"""Random loss of colour: each channel becomes grey = 0.299 R + 0.587 G + 0.114 B (ITU-R 601-2).

Source: Chen et al., A simple framework for contrastive learning of visual representations, 2020, appendix A.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge, Le

from fitcli.data.augment import AUGMENTATIONS
from fitcli.data.augment.base import Move


@AUGMENTATIONS.register("grayscale")
@dataclass(frozen=True)
class Grayscale(Move):
    probability: Annotated[float, Ge(0), Le(1)] = 0.1

    def move(self):
        from fitcli.ops.moves import COLOUR

        return COLOUR, self.probability, 0.0, 0.0, 0.0, 0.0, 1.0
