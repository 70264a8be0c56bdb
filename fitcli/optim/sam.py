"""SAM (Foret et al., Sharpness-aware minimization for efficiently improving generalization, 2021)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np
from annotated_types import Gt

from fitcli.optim import OPTIMIZERS
from fitcli.optim.point import norm
from fitcli.optim.wrapper import Wrapper


@OPTIMIZERS.register("sam")
@dataclass(frozen=True)
class SAM(Wrapper):
    """ĝ = ∇L(p + ρ g / ‖g‖): the optimizer moves p by the gradient that is found where L climbs fastest, ρ away.

    Each step takes two gradients of the same batch; a plain one where the loss up there is not finite.
    """

    rho: Annotated[float, Gt(0)] = 0.05

    own = ("start",)
    own_passes = 0
    drives = True

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.optimizer.drives:
            raise ValueError(f"sam cannot go around {self.optimizer.name}, which looks at the loss by itself")

    def drive(self, point):
        start, size = point.states["start"], norm(point.g)
        if size > 0:
            start[: point.p.size] = point.p
            point.p += point.p.dtype.type(self.rho / size) * point.g
            loss = point.evaluate()
            point.p[:] = start[: point.p.size]
            if not np.isfinite(loss):
                point.evaluate()
        point.descend()
