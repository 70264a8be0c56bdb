"""What convolutions and dense layers have in common: a bias and max(·, 0) in the same pass."""

from __future__ import annotations

from dataclasses import replace
from typing import Self

from fitcli.autodiff.op import Op
from fitcli.ops.relu import ReLU


class Weighted(Op):
    """y = z or max(z, 0) behind a `clip`, z linear in x by the first parameter, plus a `bias` for each output."""

    bias: bool
    clip: bool

    def absorb(self, follower: Op) -> Self | None:
        return replace(self, clip=True) if isinstance(follower, ReLU) and not self.clip else None

    def biased(self, clip: bool) -> Self | None:
        return None if self.clip else replace(self, bias=True, clip=clip)
