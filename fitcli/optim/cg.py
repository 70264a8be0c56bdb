"""Non-linear conjugate gradient (Polak & Ribière, Note sur la convergence de méthodes de directions conjuguées, 1969).

With the restarts of Gilbert & Nocedal, Global convergence properties of conjugate gradient methods, 1992 (PR+).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Gt, Lt

from fitcli.optim import OPTIMIZERS
from fitcli.optim.fullbatch import FullBatch
from fitcli.optim.point import dot
from fitcli.optim.wolfe import strong_wolfe


@OPTIMIZERS.register("cg")
@dataclass(frozen=True)
class ConjugateGradient(FullBatch):
    """d ← −g + β d, β = max(0, ⟨g, g − g'⟩ / ⟨g', g'⟩) with g' the gradient before;  p ← p + t d, t by the strong
    Wolfe conditions. It begins anew with d = −g where d does not descend.

    f is the loss over all training images, with weight_decay / 2 · ‖p‖².
    """

    c1: Annotated[float, Gt(0), Lt(1)] = 1e-4
    c2: Annotated[float, Gt(0), Lt(1)] = 0.1
    trials: Annotated[int, Gt(0)] = 25  # of one line search

    states = ("d", "before")
    scalars = ("t", "slope")  # of the line before; t = 0: there was none

    def __post_init__(self) -> None:
        if self.c1 >= self.c2:
            raise ValueError("c1 must be below c2")

    def search(self, ray, point):
        g = ray.origin.gradient
        d, before = (point.states[name][: g.size] for name in self.states)
        t, slope_before = point.scalars
        squares = dot(before, before)
        beta = max(0.0, (dot(g, g) - dot(g, before)) / squares) if t > 0 and squares > 0 else 0.0
        slope = ray.aim(beta * d - g if beta else -g)
        if slope >= 0:
            beta, slope = 0.0, ray.aim(-g)
        d[:], before[:] = ray.direction, g
        # as much to be gained as on the line before; at first no number moves by more than lr
        first = t * slope_before / slope if t > 0 else min(1.0, 1.0 / abs(g).sum()) * point.lr
        found = strong_wolfe(ray, first, c1=self.c1, c2=self.c2, most=self.trials)
        if found is None and beta:
            point.scalars[0] = 0.0
            return self.search(ray, point)
        point.scalars[:] = (0.0, 0.0) if found is None else (found.t, slope)
        return found
