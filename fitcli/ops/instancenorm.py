"""Instance normalisation (Ulyanov, Vedaldi & Lempitsky, The missing ingredient for fast stylization, 2016)."""

from __future__ import annotations

from dataclasses import dataclass

from fitcli.ops import OPS
from fitcli.ops.normalize import Normalize
from fitcli.ops.shapes import as_image


@OPS.register("instancenorm")
@dataclass(frozen=True)
class InstanceNorm(Normalize):
    """Moments over the pixels of each channel of each image: x̂ = (x − mean) / √(var + ε), y = γ x̂ + β.

    Derivatives: fitcli/ops/normalize.py.
    """

    def cut(self, x):
        h, w, c = as_image("instancenorm", x)
        return 1, h * w, c, 1
