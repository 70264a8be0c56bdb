"""f along a line, φ(t) = f(v + t d): difference quotients, and how well they can be known.

    slope  D(h) = (φ(h) − φ(−h)) / 2h            = df(d) + h² φ'''/6 + …      noise / h
    jump   S(h) = (φ(h) − 2 φ(0) + φ(−h)) / h    = the right slope minus the left one = h φ'' + …

At a kink (a maximum or a ReLU that switches inside of the step) S stays as large as twice the error of D, however
small h is. So S tells, without any knowledge of f, whether a disagreement can be a kink's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from fitcli.autodiff.check.vectors import Vector, inner, moved


@dataclass(frozen=True)
class Quotient:
    """D and S at one step, for every entry of f."""

    h: float
    slope: np.ndarray
    jump: np.ndarray

    def along(self, w: np.ndarray) -> Quotient:
        """The same for the number ⟨w, f⟩."""
        return Quotient(self.h, np.asarray(inner(w, self.slope)), np.asarray(inner(w, self.jump)))


@dataclass
class Line:
    """φ(t) = f(v + t d); `y` = φ(0). Quotients are computed once."""

    f: Callable[[Vector], np.ndarray]
    v: Vector
    d: Vector
    y: np.ndarray
    _known: dict[float, Quotient] = field(default_factory=dict)

    def at(self, t: float) -> np.ndarray:
        return self.f(moved(self.v, self.d, t))

    def quotient(self, h: float) -> Quotient:
        if h not in self._known:
            right, left = self.at(h), self.at(-h)
            self._known[h] = Quotient(h, (right - left) / (2 * h), (right - 2 * self.y + left) / h)
        return self._known[h]


def steps(eps: float) -> list[float]:
    """Step sizes to try, the best guess ∛eps first, then further and further to both sides, by factors of 4."""
    middle, reach = round(np.log2(eps) / 3), (5, 6) if eps < 1e-10 else (2, 3)
    order = sorted(range(-reach[0], reach[1] + 1), key=lambda k: (abs(k), k))
    return [2.0 ** (middle + 2 * k) for k in order]
