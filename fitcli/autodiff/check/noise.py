"""The rounding floor: how much f and dfᵀ answer to changes of v in the last bit. No difference means more than that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from fitcli.autodiff.check.function import Function
from fitcli.autodiff.check.vectors import Vector, inner, length

_DRAWS = 3


@dataclass(frozen=True)
class Noise:
    """How far values of f are from exact: in one entry at most, in norm, and in ⟨w, f⟩; and dfᵀ(w), rms a block."""

    peak: float
    norm: float
    along: float
    pulled: Mapping[str, float]

    def of_slope(self, d: Vector) -> float:
        """Of ⟨d, dfᵀ(w)⟩, as errors of dfᵀ(w) add up when they have nothing to do with d."""
        return float(np.sqrt(sum((length(d[k]) * self.pulled[k]) ** 2 for k in d)))


def rounding_noise(f: Function, v: Vector, y: np.ndarray, w: np.ndarray, pulled: Vector, rng: np.random.Generator) -> Noise:
    """The largest of a few draws of f(v (1 ± eps)) − f(v), and at least the last bit of the values themselves."""
    eps = float(np.finfo(y.dtype).eps)
    size = np.abs(y)
    peak, norm, along = eps * float(size.max(initial=0)), eps * length(y), eps * length(w * y)
    shaken = dict.fromkeys(pulled, 0.0)
    for _ in range(_DRAWS):
        nudged = {k: (x * (1 + eps * rng.choice([-1, 1], x.shape))).astype(x.dtype) for k, x in v.items()}
        point = f.at(nudged)
        change = point.y - y
        peak = max(peak, float(np.abs(change).max(initial=0)))
        norm = max(norm, length(change))
        along = max(along, abs(inner(w, change)))
        for k, g in point.pull(w).items():
            shaken[k] = max(shaken[k], float(np.sqrt(np.mean(np.square(g - pulled[k], dtype=np.float64)))))
    return Noise(peak, norm, along, shaken)
