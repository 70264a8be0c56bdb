"""The same numbers as one vector: a linear map that moves nothing."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

from fitcli.autodiff.op import Op, Shape
from fitcli.ops import OPS


@OPS.register("flatten")
@dataclass(frozen=True)
class Flatten(Op):
    """[N, H, W, C] → [N, H·W·C], in the order of memory; a view, so derivative and transpose are views too."""

    view = True

    def shape(self, x: Shape) -> Shape:
        return (prod(x),)
