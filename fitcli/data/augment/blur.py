"""Random blur: convolution with a Gaussian exp(−d² / 2σ²), σ uniform in [0.1, sigma] pixels, cut off beyond 3 σ.

Source: Chen et al., A simple framework for contrastive learning of visual representations, 2020, appendix A.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge, Le

from fitcli.data.augment import AUGMENTATIONS
from fitcli.data.augment.base import Move


@AUGMENTATIONS.register("blur")
@dataclass(frozen=True)
class Blur(Move):
    sigma: Annotated[float, Ge(0.1), Le(5)] = 1.0  # pixels
    probability: Annotated[float, Ge(0), Le(1)] = 0.5

    def move(self):
        from fitcli.ops.moves import BLUR

        return BLUR, self.probability, 0.1, self.sigma
