"""The rounding floor: how much f and its derivative answer to changes of v in the last bit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fitcli.autodiff.check.function import Function, Point
from fitcli.autodiff.check.vectors import Vector, dot, filled, inner, length


@dataclass(frozen=True)
class Noise:
    """How far values of f are from exact: in one entry at most, in norm, and in ⟨w, f⟩."""

    peak: float
    norm: float
    along: float


def rounding_noise(
    f: Function, v: Vector, y: np.ndarray, w: np.ndarray, rng: np.random.Generator, draws: int = 3
) -> Noise:
    """The largest of a few draws of f(v (1 ± eps)) − f(v), and at least the last bit of the values themselves."""
    eps = float(np.finfo(f.dtype).eps)
    peak, norm, along = eps * float(np.abs(y).max(initial=0)), eps * length(y), eps * length(w * y)
    for _ in range(draws):
        change = f(nudged(v, rng)) - y
        peak = max(peak, float(np.abs(change).max(initial=0)))
        norm = max(norm, length(change))
        along = max(along, abs(inner(w, change)))
    return Noise(peak, norm, along)


def slope_noise(point: Point, v: Vector, d: Vector, w: np.ndarray, rng: np.random.Generator, draws: int = 4) -> float:
    """How unsure ⟨df(d), w⟩ and ⟨d, dfᵀ(w)⟩ are: the largest change of either with the last bits of v, d and w."""
    left, right, worst = *_slopes(point, v, d, w), 0.0
    for _ in range(draws):
        moved_w = nudged({"w": w}, rng)["w"]
        other_left, other_right = _slopes(point.function.at(nudged(v, rng)), v, nudged(d, rng), moved_w)
        worst = max(worst, abs(other_left - left), abs(other_right - right))
    return worst


def push_noise(point: Point, v: Vector, d: Vector, rng: np.random.Generator, draws: int = 4) -> float:
    """How unsure one entry of df(d) is: its largest change with the last bits of v and d."""
    pushed, worst = point.push(filled(d, v)).copy(), 0.0
    for _ in range(draws):
        other = point.function.at(nudged(v, rng)).push(filled(nudged(d, rng), v))
        worst = max(worst, float(np.abs(other - pushed).max(initial=0)))
    return worst


def pull_noise(point: Point, v: Vector, w: np.ndarray, rng: np.random.Generator) -> dict[str, float]:
    """How far dfᵀ(w) moves, in norm and by blocks, with the last bits of v and w."""
    pulled = {k: g.copy() for k, g in point.pull(w).items()}
    other = point.function.at(nudged(v, rng)).pull(nudged({"w": w}, rng)["w"])
    return {k: length(other[k] - g) for k, g in pulled.items()}


def _slopes(point: Point, v: Vector, d: Vector, w: np.ndarray) -> tuple[float, float]:
    return inner(point.push(filled(d, v)), w), dot(d, point.pull(w))


def nudged(v: Vector, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """v, every number moved by about its last bit, up or down."""
    return {k: (x * (1 + np.finfo(x.dtype).eps * rng.choice([-1, 1], x.shape))).astype(x.dtype) for k, x in v.items()}
