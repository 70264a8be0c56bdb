"""Whether difference quotients agree with a derivative, and if not, why.

CORRECT   at some step no entry is off by more than truncation and rounding explain
WRONG     the disagreement stays the same while the step shrinks, and the slopes from both sides agree about it
KINK      it does not, but one-sided slopes differ: a branch switched inside of every step that was tried
NOISE     rounding hides the answer
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from fitcli.autodiff.check.line import Quotient, steps

CORRECT, WRONG, KINK, NOISE = "CORRECT", "WRONG", "KINK", "NOISE"
SEVERITY = (CORRECT, NOISE, KINK, WRONG)
_SAFETY = 8  # times the noise that was measured
_COARSE = 200  # times the tolerance: a pass that can tell no more than this is noise
_FEW = 50  # one entry in so many may sit on a kink without spoiling the others
Seen = tuple[Quotient, np.ndarray]  # with how far its slope is from the derivative


@dataclass(frozen=True)
class Judgement:
    """`error` is relative to the largest entry of the derivative; `resolution` the smallest that would have been seen.

    `entry` is the place in f's output that is worst, with what the differences and the derivative say there.
    """

    verdict: str
    error: float
    resolution: float
    h: float
    kinks: int = 0
    entry: tuple[int, ...] = ()
    expected: float = 0.0
    got: float = 0.0


def tolerance(eps: float) -> float:
    """Relative disagreement that truncation at a good step may leave: 1e-7 in float64, 1e-3 in float32."""
    return eps**0.45


def judge(
    quotient: Callable[[float], Quotient], derivative: np.ndarray, noise: float, eps: float, unsure: float = 0.0
) -> Judgement:
    """Look at one step after the other until one settles it. `noise` is the rounding of one entry of f, `unsure` that
    of one entry of the derivative itself, where it was measured."""
    p = np.asarray(derivative)
    if not np.isfinite(p).all():
        return _worst(WRONG, p, p, ~np.isfinite(p), 0.0, 0.0, 0.0)
    seen: list[Seen] = []
    passed: list[Judgement] = []
    for h in steps(eps):
        if any(h < j.h for j in passed):
            continue  # smaller steps know less
        q = quotient(h)
        seen.append((q, np.abs(q.slope - p)))
        if (found := _agreement(seen, p, noise, eps, unsure)) is not None:
            if found.resolution <= 4 * tolerance(eps):
                return found
            passed.append(found)
    wrong = _plateau(seen, p, noise, eps, unsure)
    if wrong is not None or not passed:
        return wrong or _undecided(seen, p)
    best = min(passed, key=lambda j: j.resolution)
    if all(np.abs(p).max(initial=0) <= _SAFETY * (noise / q.h + unsure) for q, _ in seen):
        return replace(best, error=0.0, resolution=0.0)  # it is zero, and so are the differences
    return best if best.resolution <= _COARSE * tolerance(eps) else replace(best, verdict=NOISE)


def _agreement(seen: list[Seen], p: np.ndarray, noise: float, eps: float, unsure: float) -> Judgement | None:
    """By the last of the steps. An entry is excused by a kink that this step sees, unless a smaller one sees it not."""
    q, error = seen[-1]
    size = _size(p, [q])
    limit = tolerance(eps) * size + _SAFETY * (noise / q.h + unsure)
    off = ~(error <= limit)
    kinks = off & (np.abs(q.jump) >= error)
    for other, gap in seen if kinks.any() else ():
        if other.h < q.h:
            allowed = tolerance(eps) * size + _SAFETY * (noise / other.h + unsure)
            kinks &= (np.abs(other.jump) > 0.3 * gap) | (gap <= allowed)
    if (off != kinks).any() or kinks.sum() > p.size // _FEW:
        return None
    return _worst(CORRECT, q.slope, p, ~kinks, limit / size if size else 0.0, q.h, size, int(kinks.sum()))


def _size(p: np.ndarray, quotients: list[Quotient]) -> float:
    return max(float(np.abs(x).max(initial=0)) for x in (p, *(q.slope for q in quotients)))


def _plateau(seen: list[Seen], p: np.ndarray, noise: float, eps: float, unsure: float) -> Judgement | None:
    """An error that three neighbouring steps agree about, and that no smaller one denies, is the derivative's, unless
    they see a kink.
    """
    quotients = sorted((q for q, _ in seen), key=lambda q: q.h)
    errors = [q.slope - p for q in quotients]
    floors = [2 * _SAFETY * (noise / q.h + unsure) for q in quotients]
    found, spread = None, np.inf
    for i in range(1, len(quotients) - 1):
        three, q = slice(i - 1, i + 2), quotients[i]
        middle, size = np.abs(errors[i]), _size(p, [q])
        wrong = middle > tolerance(eps) * size + floors[i - 1]
        for e, other in zip(errors[three], quotients[three], strict=True):
            wrong &= (np.abs(e - errors[i]) <= 0.2 * middle) & (np.abs(other.jump) <= 0.3 * middle)
        for e, floor in zip(errors[:i], floors, strict=False):
            wrong &= np.abs(e - errors[i]) <= 0.2 * middle + floor
        if wrong.any():
            judgement = _worst(WRONG, q.slope, p, wrong, 0.0, q.h, size)
            uneven = float(np.ptp([e[judgement.entry] for e in errors[three]]))
            if uneven < spread:  # the steps that agree best know best
                found, spread = judgement, uneven
    return found


def _undecided(seen: list[Seen], p: np.ndarray) -> Judgement:
    q, error = min(seen, key=lambda pair: float(pair[1].max()))
    kinks = np.abs(q.jump) >= error / 3
    verdict = KINK if kinks[error >= error.max()].any() else NOISE
    return _worst(verdict, q.slope, p, np.ones(p.shape, bool), 0.0, q.h, _size(p, [q]), int(kinks.sum()))


def _worst(verdict, slope, p, among, resolution, h, size, kinks=0) -> Judgement:
    error = np.where(among, np.nan_to_num(np.abs(slope - p), nan=np.inf), -1.0)
    at = np.unravel_index(int(error.argmax()), error.shape) if error.size else ()
    relative = max(0.0, float(error[at])) / size if size else 0.0 if verdict == CORRECT else np.inf
    return Judgement(verdict, relative, resolution, h, kinks, tuple(map(int, at)), float(slope[at]), float(p[at]))
