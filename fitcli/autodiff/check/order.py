"""The order test: how fast does what Taylor's polynomial leaves over vanish? (B. Taylor, 1715)

    R₀(h) = ‖f(v + h d) − f(v)‖                                       ~ h
    R₁(h) = ‖f(v + h d) − f(v) − h df(d)‖                             ~ h²   if df is the derivative, else ~ h
    R₂(h) = ‖f(v + h d) − f(v) − h df(d) − h²/2 d²f(d, d)‖            ~ h³   with d²f(d, d) from differences of df(d)

Slopes are fitted in log–log over a few steps just above the rounding floor, where the next order is smallest. Entries
of f that met a kink on the way are left out and counted. A number (a loss) has no other entries: where every range
holds a kink, the slopes of R₀ and R₁ are fitted all the same and called `bent`. A remainder that never rises above the
floor is `exact`: f is linear (R₁) or quadratic (R₂) along d.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fitcli.autodiff.check.line import Line, steps
from fitcli.autodiff.check.noise import Noise
from fitcli.autodiff.check.vectors import length

_WINDOWS = (5, 4, 3)  # steps that a slope is fitted over, as many as there are free of kinks
_ABOVE = 20  # times the floor


@dataclass(frozen=True)
class Slope:
    """Of one remainder; `value` is None where it is exact, or where rounding leaves no range."""

    value: float | None
    exact: bool = False
    bent: bool = False


@dataclass(frozen=True)
class Remainders:
    """r[k][i] = R_k(h[i]) with its slope; `kinks` is the number of entries left out of R₁."""

    h: tuple[float, ...]
    r: tuple[tuple[float, ...], ...]
    slopes: tuple[Slope, ...]
    floor: float
    kinks: int


def remainders(line: Line, df: np.ndarray, d2f: np.ndarray, noise: Noise) -> Remainders:
    """df = df(d) and d2f = d²f(d, d) at the line's foot."""
    eps = float(np.finfo(line.d[next(iter(line.d))].dtype).eps)
    hs = sorted(steps(eps))
    quotients = [line.quotient(h) for h in hs]
    bent = [q.h * q.jump for q in quotients]  # φ(h) − 2 φ(0) + φ(−h)
    rises = [q.h * (q.slope + q.jump / 2) for q in quotients]  # φ(h) − φ(0)
    kinked = _kinked(bent, noise.peak)
    curves = (
        [np.abs(rise) for rise in rises],
        [np.abs(rise - h * df) for h, rise in zip(hs, rises, strict=True)],
        [np.abs(rise - h * df - h * h / 2 * d2f) for h, rise in zip(hs, rises, strict=True)],
    )
    middle = steps(eps)[0]  # d²f comes from differences over it, so R₂ leaves out what kinks within, and is as unsure
    floors = [[noise.norm] * len(hs)] * 2 + [[noise.norm * (1 + h * h / middle) for h in hs]]
    fits = [_fit(hs, c, kinked, f, at) for c, f, at in zip(curves, floors, (0, 0, hs.index(middle)), strict=True)]
    r = tuple(tuple(_norm(x, mask) for x in curve) for curve, (_, mask) in zip(curves, fits, strict=True))
    slopes, masks = zip(*fits, strict=True)
    return Remainders(tuple(hs), r, slopes, noise.norm, int((~masks[1]).sum()))


def _kinked(bent: list[np.ndarray], noise: float) -> list[np.ndarray]:
    """For each step, the entries that met a kink within it: bending is not 16 times that of a quarter of the step."""
    out = [np.zeros(bent[0].shape, bool)]
    for small, large in zip(bent, bent[1:], strict=False):
        out.append(out[-1] | (np.abs(large - 16 * small) > 0.3 * np.abs(large) + 100 * noise))
    return out


def _fit(hs, curve, kinked, floor, least) -> tuple[Slope, np.ndarray]:
    """The slope and the entries kept; `least` is the lowest step whose kinks are always left out."""
    everything = np.ones(kinked[0].shape, bool)
    for width in _WINDOWS:
        for start in range(len(hs) - width + 1):
            keep = ~kinked[max(start + width - 1, least)]
            if keep.any() and (slope := _slope(hs, curve, keep, floor, start, width)) is not None:
                return Slope(slope), keep
    free = not kinked[-1].all()
    if free and all(_norm(x, ~k) <= _ABOVE * f for x, k, f in zip(curve, kinked, floor, strict=True)):
        return Slope(None, exact=True), ~kinked[least]
    for start in range(
        len(hs) - 2 if least == 0 else 0
    ):  # through the kinks, over as many steps as there are, to even them out
        if (slope := _slope(hs, curve, everything, floor, start, len(hs) - start)) is not None:
            return Slope(slope, bent=True), everything
    return Slope(None), ~kinked[least]


def _slope(hs, curve, keep, floor, start, width) -> float | None:
    values = [_norm(x, keep) for x in curve[start : start + width]]
    if any(value <= _ABOVE * f for value, f in zip(values, floor[start:], strict=False)):
        return None
    return float(np.polyfit(np.log(hs[start : start + width]), np.log(values), 1)[0])


def _norm(x: np.ndarray, keep: np.ndarray) -> float:
    return length(np.asarray(x)[keep])
