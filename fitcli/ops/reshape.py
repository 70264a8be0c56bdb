"""The same numbers under another shape: a linear map that moves nothing."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

from fitcli.autodiff.op import Op, Shape
from fitcli.errors import Problem, ShapeError
from fitcli.ops import OPS
from fitcli.ops.shapes import show


@OPS.register("reshape")
@dataclass(frozen=True)
class Reshape(Op):
    """[N, …] → [N, *to], in the order of memory; one size of −1 is what is left. A view; its derivative is one too."""

    to: tuple[int, ...]

    view = True

    def shape(self, x: Shape) -> Shape:
        have, known = prod(x), prod(n for n in self.to if n != -1)
        holes = self.to.count(-1)
        if holes > 1:
            problem = f"reshape to {list(self.to)} leaves more than one size open"
            raise ShapeError(Problem(problem, allowed="at most one -1"))
        if have % known if holes else have != known:
            raise ShapeError(
                Problem(f"reshape cannot make {list(self.to)} of {show(x)}: that has {have} numbers",
                        hint="[-1] for a vector" if not holes else f"sizes whose product divides {have}")  # fmt: skip
            )
        return tuple(have // known if n == -1 else n for n in self.to)
