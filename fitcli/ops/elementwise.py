"""What ops on single numbers have in common."""

from __future__ import annotations

from fitcli.autodiff.op import Op, Shape


class Elementwise(Op):
    """One input, the same shape out."""

    def shape(self, x: Shape) -> Shape:
        return x
