"""An image without its border."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fitcli.autodiff.op import Shape
from fitcli.errors import Problem, ShapeError
from fitcli.ops import OPS
from fitcli.ops.gather import Gather
from fitcli.ops.shapes import as_image, show


@OPS.register("crop")
@dataclass(frozen=True)
class Crop(Gather):
    """[N, H, W, C] → [N, H − top − bottom, W − left − right, C]; see fitcli/ops/gather.py."""

    sides: tuple[int, int, int, int]  # top, bottom, left, right

    def shape(self, x: Shape) -> Shape:
        h, w, _ = as_image("crop", x)
        if sum(self.sides[:2]) >= h or sum(self.sides[2:]) >= w:
            raise ShapeError(Problem(f"crop {list(self.sides)} leaves nothing of an image of {show(x)}",
                                     allowed=f"less than {h} rows and {w} columns in all"))  # fmt: skip
        return self._gathered(x)

    def places(self, axis, n):
        before, after = self.sides[2 * axis : 2 * axis + 2]
        return np.arange(before, n - after)
