"""A border around an image."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fitcli.autodiff.op import Shape
from fitcli.errors import Problem, ShapeError
from fitcli.ops import OPS
from fitcli.ops.gather import Gather
from fitcli.ops.shapes import as_image, show

# Which of n pixels lies at place i, for i from −before to n + after.
_PLACES = {
    "zeros": lambda i, n: np.where((i >= 0) & (i < n), i, -1),
    "reflect": lambda i, n: (n - 1) - abs(abs(i) - (n - 1)),  # c b | a b c | b a
    "replicate": lambda i, n: np.clip(i, 0, n - 1),  # a a | a b c | c c
    "circular": lambda i, n: i % n,  # b c | a b c | a b
}


@OPS.register("pad")
@dataclass(frozen=True)
class Pad(Gather):
    """[N, H, W, C] → [N, top + H + bottom, left + W + right, C]; see fitcli/ops/gather.py."""

    sides: tuple[int, int, int, int]  # top, bottom, left, right
    mode: str = "zeros"

    def shape(self, x: Shape) -> Shape:
        h, w, c = as_image("pad", x)
        widest = {"reflect": 1, "circular": 0}.get(self.mode)  # a border must find its pixels in the image
        if widest is not None and (max(self.sides[:2]) > h - widest or max(self.sides[2:]) > w - widest):
            problem = f"pad {list(self.sides)} is too wide to fill by {self.mode} from {show(x)}"
            allowed = f"up to {h - widest} rows and {w - widest} columns"
            raise ShapeError(Problem(problem, allowed=allowed, hint="mode: replicate"))
        return (h + sum(self.sides[:2]), w + sum(self.sides[2:]), c)

    def places(self, axis, n):
        before, after = self.sides[2 * axis : 2 * axis + 2]
        return _PLACES[self.mode](np.arange(-before, n + after), n)
