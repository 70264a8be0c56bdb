"""A larger image whose pixels are copies."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fitcli.autodiff.op import Shape
from fitcli.ops import OPS
from fitcli.ops.gather import Gather
from fitcli.ops.shapes import as_image


@OPS.register("upsample_nearest")
@dataclass(frozen=True)
class UpsampleNearest(Gather):
    """[N, H, W, C] → [N, H·fh, W·fw, C]: y[r, q] = x[⌊r / fh⌋, ⌊q / fw⌋]; see fitcli/ops/gather.py."""

    factor: tuple[int, int] = (2, 2)

    def shape(self, x: Shape) -> Shape:
        h, w, c = as_image("upsample", x)
        return (h * self.factor[0], w * self.factor[1], c)

    def places(self, axis, n):
        return np.arange(n * self.factor[axis]) // self.factor[axis]
