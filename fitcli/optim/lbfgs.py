"""L-BFGS (Liu & Nocedal, On the limited memory BFGS method for large scale optimization, 1989)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

import numpy as np
from annotated_types import Gt, Le, Lt

from fitcli.optim import OPTIMIZERS
from fitcli.optim.fullbatch import FullBatch, Trial
from fitcli.optim.point import dot
from fitcli.optim.wolfe import strong_wolfe

CURVATURE = 1e-10  # pairs with less are left out


@OPTIMIZERS.register("lbfgs")
@dataclass(frozen=True)
class LBFGS(FullBatch):
    """d = −H g, H the inverse Hessian that the last `history` pairs s = Δp, y = Δg tell, from ⟨s, y⟩ / ⟨y, y⟩ · 1 on;
    p ← p + t d with t by the strong Wolfe conditions, t = lr tried first (none: taken as it is).

    f is the loss over all training images, with weight_decay / 2 · ‖p‖².
    """

    history: Annotated[int, Gt(0), Le(1000)] = 10
    line_search: Literal["wolfe", "none"] = "wolfe"
    c1: Annotated[float, Gt(0), Lt(1)] = 1e-4
    c2: Annotated[float, Gt(0), Lt(1)] = 0.9
    trials: Annotated[int, Gt(0)] = 25  # of one line search

    scalars = ("t", "pairs", "scale")  # the step before (0: there was none), pairs seen so far, ⟨s, y⟩ / ⟨y, y⟩

    def __post_init__(self) -> None:
        if self.c1 >= self.c2:
            raise ValueError("c1 must be below c2")

    @property
    def states(self):
        return ("d", "before", *(f"{name}{i}" for i in range(self.history) for name in "sy"))

    def search(self, ray, point):
        g = ray.origin.gradient
        d, before = (point.states[name][: g.size] for name in ("d", "before"))
        fresh = point.scalars[0] == 0
        if not fresh:
            self._remember(point, g - before, d * d.dtype.type(point.scalars[0]))
        d[:], before[:] = (-g if fresh else self._direction(point, g)), g
        t = min(1.0, 1.0 / float(np.abs(g).sum())) * point.lr if fresh else point.lr
        found = self._look(ray, t) if ray.aim(d) < 0 else None
        if found is None:
            point.scalars[:] = 0.0
            return None if fresh else self.search(ray, point)
        point.scalars[0] = found.t
        return found

    def _look(self, ray, t: float) -> Trial | None:
        if self.line_search == "wolfe":
            return strong_wolfe(ray, t, c1=self.c1, c2=self.c2, most=self.trials)
        return ray(t) if self.iterations > 1 else Trial(t, 0.0, 0.0, ray.origin.gradient)

    def _remember(self, point, y, s) -> None:
        curvature = dot(y, s)
        if curvature > CURVATURE:
            pairs = int(point.scalars[1])
            for name, vector in (("s", s), ("y", y)):
                point.states[f"{name}{pairs % self.history}"][: s.size] = vector
            point.scalars[1:] = pairs + 1, curvature / dot(y, y)

    def _direction(self, point, g) -> np.ndarray:
        """−H g by the two loops, newest pair first, then oldest first."""
        seen = int(point.scalars[1])
        slots = [i % self.history for i in range(max(0, seen - self.history), seen)]
        pairs = [(point.states[f"s{i}"][: g.size], point.states[f"y{i}"][: g.size]) for i in slots]
        number = g.dtype.type
        q, parts = -g, []
        for s, y in reversed(pairs):
            a = dot(s, q) / dot(y, s)
            q -= number(a) * y
            parts.append(a)
        if pairs:
            q *= number(point.scalars[2])
        for (s, y), a in zip(pairs, reversed(parts), strict=True):
            q += number(a - dot(y, q) / dot(y, s)) * s
        return q
