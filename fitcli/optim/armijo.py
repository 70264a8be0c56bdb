"""Steepest descent with backtracking (Armijo, Minimization of functions having Lipschitz continuous first partial
derivatives, 1966)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Gt, Lt

from fitcli.optim import OPTIMIZERS
from fitcli.optim.fullbatch import FullBatch


@OPTIMIZERS.register("armijo")
@dataclass(frozen=True)
class Armijo(FullBatch):
    """d = −∇f(p);  p ← p + t d with the first t of t₀, shrink · t₀, shrink² · t₀, … that has
    f(p + t d) ≤ f(p) + c₁ t ⟨∇f(p), d⟩.

    t₀ is lr at first, then the t before, stretched by 1 / shrink. f is the loss over all training images, with
    weight_decay / 2 · ‖p‖².
    """

    c1: Annotated[float, Gt(0), Lt(1)] = 1e-4
    shrink: Annotated[float, Gt(0), Lt(1)] = 0.5
    trials: Annotated[int, Gt(0)] = 30  # before it stays where it is

    scalars = ("t",)

    def search(self, ray, point):
        slope = ray.aim(-ray.origin.gradient)
        t = point.scalars[0] / self.shrink or point.lr
        for _ in range(self.trials):
            found = ray(t)
            if found.value <= ray.origin.value + self.c1 * t * slope:
                point.scalars[0] = t
                return found
            t *= self.shrink
        return None
