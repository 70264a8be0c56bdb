"""The order test: how fast does what Taylor's polynomial leaves over vanish? (B. Taylor, 1715)

    R₀(h) = ‖f(v + h d) − f(v)‖                                       ~ h
    R₁(h) = ‖f(v + h d) − f(v) − h df(d)‖                             ~ h²   if df is the derivative, else ~ h
    R₂(h) = ‖f(v + h d) − f(v) − h df(d) − h²/2 d²f(d, d)‖            ~ h³   with d²f(d, d) from differences of df(d)

Slopes are fitted in log–log over a few steps just above the rounding floor, where the next order is smallest. Entries of
f that met a kink on the way are left out and counted. A remainder that never rises above the floor is `exact`:
f is linear (R₁) or quadratic (R₂) along d.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fitcli.autodiff.check.line import Line, steps
from fitcli.autodiff.check.noise import Noise

_WINDOW = 5  # steps a slope is fitted over
_ABOVE = 30  # times the floor


@dataclass(frozen=True)
class Remainders:
    """`slopes[k]` belongs to R_k: None where it is exact (`exact[k]`) or where no range is free of kinks."""

    h: tuple[float, ...]
    r: tuple[tuple[float, ...], ...]
    slopes: tuple[float | None, ...]
    exact: tuple[bool, ...]
    floor: float
    kinks: int  # entries left out of R₁


def remainders(line: Line, df: np.ndarray, d2f: np.ndarray, noise: Noise) -> Remainders:
    """df = df(d) and d2f = d²f(d, d) at the line's foot."""
    hs = sorted(steps(float(np.finfo(line.y.dtype).eps)))
    quotients = [line.quotient(h) for h in hs]
    bent = [q.h * q.jump for q in quotients]  # φ(h) − 2 φ(0) + φ(−h)
    rises = [q.h * (q.slope + q.jump / 2) for q in quotients]  # φ(h) − φ(0)
    kinked = _kinked(bent, noise.peak)
    curves = (
        [np.abs(rise) for rise in rises],
        [np.abs(rise - h * df) for h, rise in zip(hs, rises, strict=True)],
        [np.abs(rise - h * df - h * h / 2 * d2f) for h, rise in zip(hs, rises, strict=True)],
    )
    fits = [_fit(hs, curve, kinked, noise.norm) for curve in curves]
    r = tuple(tuple(_norm(x, mask) for x in curve) for curve, (_, _, mask) in zip(curves, fits, strict=True))
    slopes, exact, masks = zip(*fits, strict=True)
    return Remainders(tuple(hs), r, slopes, exact, noise.norm, int((~masks[1]).sum()))


def _kinked(bent: list[np.ndarray], noise: float) -> list[np.ndarray]:
    """For each step, the entries that met a kink within it: bending is not 16 times that of a quarter of the step."""
    out = [np.zeros(bent[0].shape, bool)]
    for small, large in zip(bent, bent[1:], strict=False):
        out.append(out[-1] | (np.abs(large - 16 * small) > 0.3 * np.abs(large) + 100 * noise))
    return out


def _fit(hs, curve, kinked, floor) -> tuple[float | None, bool, np.ndarray]:
    """(slope, exact, entries kept), over the lowest window whose remainders are above the floor."""
    for start in range(len(hs) - 2):
        stop = min(start + _WINDOW, len(hs))
        keep = ~kinked[stop - 1]
        values = [_norm(x, keep) for x in curve[start:stop]]
        if keep.any() and min(values) > _ABOVE * floor:
            slope = np.polyfit(np.log(hs[start:stop]), np.log(values), 1)[0]
            return float(slope), False, keep
    free = [x for x, kinks in zip(curve, kinked, strict=True) if not kinks.any()]
    return None, bool(free) and max(_norm(x, np.ones(x.shape, bool)) for x in free) <= _ABOVE * floor, ~kinked[0]


def _norm(x: np.ndarray, keep: np.ndarray) -> float:
    return float(np.linalg.norm(np.asarray(x)[keep]))
