"""Group normalisation (Wu & He, 2018)."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

from fitcli.errors import Problem, ShapeError
from fitcli.ops import OPS
from fitcli.ops.normalize import Normalize


@OPS.register("groupnorm")
@dataclass(frozen=True)
class GroupNorm(Normalize):
    """Moments over all pixels and the channels of one of `groups` groups: x̂ = (x − mean) / √(var + ε), y = γ x̂ + β.

    Derivatives: fitcli/ops/normalize.py.
    """

    groups: int = 32

    def cut(self, x):
        c = x[-1]
        if c % self.groups:
            fitting = [g for g in range(1, c + 1) if c % g == 0]
            nearest = min(fitting, key=lambda g: abs(g - self.groups))
            raise ShapeError(
                Problem(f"groupnorm cannot cut {c} channels into {self.groups} equal groups",
                        allowed="a divisor of the number of channels", hint=f"groups: {nearest}")  # fmt: skip
            )
        return 1, prod(x[:-1]), self.groups, c // self.groups
