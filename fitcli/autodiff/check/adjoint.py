"""The transpose test: ⟨df(d), w⟩ = ⟨d, dfᵀ(w)⟩ for every d and w. It has no step size, so nothing but rounding is left.

    error = |⟨df(d), w⟩ − ⟨d, dfᵀ(w)⟩| / max(Σ |df(d) · w|, Σ |d · dfᵀ(w)|)

The limit is 1e-12 in float64 (1e-5 in float32), or more where the derivative itself is that unsure: through many
layers the last bit of v counts for more. One random pair sees every entry of the matrix at once: an entry that is off by any factor moves one side only.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fitcli.autodiff.check.vectors import Vector, dot, inner

_SAFETY = 8


@dataclass(frozen=True)
class Adjoint:
    """`error` is relative, `limit` what rounding may explain of it."""

    error: float
    limit: float

    @property
    def holds(self) -> bool:
        return self.error <= self.limit  # false for NaN


def adjoint(y_dot: np.ndarray, w: np.ndarray, d: Vector, v_bar: Vector, noise: float = 0.0) -> Adjoint:
    """With y_dot = df(d), v_bar = dfᵀ(w), and `noise` the rounding of ⟨d, v_bar⟩ that was measured, if any."""
    left, right = inner(y_dot, w), dot(d, v_bar)
    size = max(inner(np.abs(y_dot), np.abs(w)), sum(inner(np.abs(d[k]), np.abs(v_bar[k])) for k in d))
    eps = float(np.finfo(y_dot.dtype).eps if y_dot.ndim else np.finfo(next(iter(d.values())).dtype).eps)
    floor = 4500 * eps if eps < 1e-10 else 100 * eps
    if size == 0:
        return Adjoint(0.0, floor)
    return Adjoint(abs(left - right) / size, floor + _SAFETY * noise / size)
