"""The transpose test: ⟨df(d), w⟩ = ⟨d, dfᵀ(w)⟩ for every d and w. It has no step size, so nothing but rounding is left.

    error = |⟨df(d), w⟩ − ⟨d, dfᵀ(w)⟩| / max(Σ |df(d) · w|, Σ |d · dfᵀ(w)|)

One random pair sees every entry of the matrix at once: an entry that is off by any factor moves one side only.

The limit is 1e-12 in float64 and 1e-5 in float32. Where the derivative itself is unsure, for through many layers the
last bit of v counts for more, the error is measured by that. And a derivative may be 0 because large terms cancel (a
bias in front of a batch norm): what rounding leaves of it is compared with `natural`, the size of the other derivatives.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fitcli.autodiff.check.vectors import Vector, dot, inner, length, scale

_SAFETY = 50


@dataclass(frozen=True)
class Adjoint:
    """`error` is relative, `limit` what rounding may leave of it."""

    error: float
    limit: float

    @property
    def holds(self) -> bool:
        return self.error <= self.limit  # false for NaN


def adjoint(
    y_dot: np.ndarray, w: np.ndarray, d: Vector, v_bar: Vector, natural: float = 0.0, noise: float = 0.0
) -> Adjoint:
    """With y_dot = df(d), v_bar = dfᵀ(w), and `noise` the rounding of both sides if it was measured (slope_noise)."""
    left, right = inner(y_dot, w), dot(d, v_bar)
    size = max(inner(np.abs(y_dot), np.abs(w)), sum(inner(np.abs(d[k]), np.abs(v_bar[k])) for k in d))
    eps = float(np.finfo(next(iter(d.values())).dtype).eps)
    floor = 4500 * eps if eps < 1e-10 else 100 * eps
    if size == 0:
        return Adjoint(0.0, floor)
    return Adjoint(abs(left - right) / (max(size, 0.1 * natural) + _SAFETY * noise / floor), floor)


def natural_size(v: Vector, v_bar: Vector) -> float:
    """How large ⟨d, dfᵀ(w)⟩ is for a d as large as v, in the block where it is largest."""
    return max((scale(v[k]) * length(v_bar[k]) for k in v_bar), default=0.0)
