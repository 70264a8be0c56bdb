"""What the methods that search along lines have in common: the loss of all images as a function of one number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np
from annotated_types import Ge, Gt

from fitcli.optim.base import Optimizer
from fitcli.optim.point import Point, dot
from fitcli.optim.settings import Decay, Rate


@dataclass(frozen=True)
class Trial:
    """φ(t) = f(p + t d), φ'(t) = ⟨∇f(p + t d), d⟩ and the gradient there."""

    t: float
    value: float
    slope: float
    gradient: np.ndarray


class Ray:
    """f(p) = L(p) + weight_decay / 2 · ‖p‖² seen from where the point stands, along `direction` once it is set."""

    def __init__(self, point: Point, weight_decay: float = 0.0):
        self.point, self.weight_decay = point, weight_decay
        self.start = point.p.copy()
        self.direction: np.ndarray | None = None
        value, gradient = self._penalised(point.loss)
        self.origin = Trial(0.0, value, 0.0, gradient)

    def aim(self, direction: np.ndarray) -> float:
        """Look along `direction`; the slope at t = 0."""
        self.direction = direction
        slope = dot(self.origin.gradient, direction)
        self.origin = Trial(0.0, self.origin.value, slope, self.origin.gradient)
        return slope

    def __call__(self, t: float) -> Trial:
        self.go(t)
        value, gradient = self._penalised(self.point.evaluate())
        return Trial(t, value, dot(gradient, self.direction), gradient)

    def go(self, t: float) -> None:
        """Put the parameters at p + t d."""
        np.multiply(self.direction, self.direction.dtype.type(t), out=self.point.p)
        self.point.p += self.start

    def step(self, trial: Trial) -> None:
        """Stand at `trial`, and see the function from there."""
        self.go(trial.t)
        self.start = self.point.p.copy()
        self.origin = Trial(0.0, trial.value, 0.0, trial.gradient)

    def _penalised(self, loss: float) -> tuple[float, np.ndarray]:
        gradient = self.point.g.copy()
        if self.weight_decay:
            p = self.point.p[: self.point.decayed]
            gradient[: self.point.decayed] += p.dtype.type(self.weight_decay) * p
            loss += 0.5 * self.weight_decay * dot(p, p)
        return loss, gradient


@dataclass(frozen=True)
class FullBatch(Optimizer):
    """Settings of every line search. A step is `iterations` iterations on the loss of all training images."""

    lr: Rate = 1.0  # the step that is tried first, times what the method takes for natural
    iterations: Annotated[int, Gt(0)] = 1  # in one step, which is one epoch
    tolerance: Annotated[float, Ge(0)] = 1e-7  # it stays where no number of the gradient is larger
    weight_decay: Decay = 0.0

    full_batch = True
    drives = True
    rate_scales = False

    def drive(self, point: Point) -> None:
        ray = Ray(point, self.weight_decay)
        for _ in range(self.iterations):
            if np.abs(ray.origin.gradient).max(initial=0.0) <= self.tolerance:
                return
            found = self.search(ray, point)
            if found is None:
                ray.go(0.0)
                return
            ray.step(found)

    def search(self, ray: Ray, point: Point) -> Trial | None:
        """Aim the ray and find the next place on it, or None where there is none better."""
        raise NotImplementedError
