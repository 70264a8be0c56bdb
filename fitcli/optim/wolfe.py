"""Line search for the strong Wolfe conditions (Nocedal & Wright, Numerical optimization, 3.5 and 3.6, 2006)."""

from __future__ import annotations

from math import isfinite, sqrt

import numpy as np

from fitcli.optim.fullbatch import Ray, Trial

GROWTH = (0.01, 10.0)  # how far a step may be stretched, in parts of the last stretch and of the step
MARGIN = 0.1  # of a bracket: how near to its ends a place may be chosen twice


def strong_wolfe(ray: Ray, t: float, *, c1: float = 1e-4, c2: float = 0.9,
                 most: int = 25, narrow: float = 1e-9) -> Trial | None:  # fmt: skip
    """A t with φ(t) ≤ φ(0) + c1 t φ'(0) and |φ'(t)| ≤ c2 |φ'(0)|, from at most `most` evaluations; t is tried first.

    The best place seen where they do not suffice; None where nothing lies below φ(0). `narrow` is the width of a
    bracket that is not divided any further.
    """
    origin = ray.origin

    def too_high(trial: Trial) -> bool:
        return not trial.value <= origin.value + c1 * trial.t * origin.slope  # also where it is not finite

    def flat(trial: Trial) -> bool:
        return abs(trial.slope) <= -c2 * origin.slope

    before, now, looks = origin, ray(t), 1
    while True:
        if too_high(now) or (before is not origin and now.value >= before.value):
            low, high = (before, now) if before.value <= now.value or not isfinite(now.value) else (now, before)
            break
        if flat(now):
            return now
        if now.slope >= 0:
            low, high = (before, now) if before.value <= now.value else (now, before)
            break
        if looks >= most:
            return now
        bounds = now.t + GROWTH[0] * (now.t - before.t), GROWTH[1] * now.t
        before, now, looks = now, ray(cubic(before, now, bounds)), looks + 1

    stuck = False
    width = float(np.abs(ray.direction).max())
    while looks < most and abs(high.t - low.t) * width >= narrow:
        left, right = sorted((low.t, high.t))
        t, margin = cubic(low, high, (left, right)), MARGIN * (right - left)
        near = min(right - t, t - left) < margin
        if near and (stuck or not left < t < right):
            t, near = (right - margin if right - t < t - left else left + margin), False
        stuck = near
        now, looks = ray(t), looks + 1
        if too_high(now) or now.value >= low.value:
            high = now
            continue
        if flat(now):
            return now
        if now.slope * (high.t - low.t) >= 0:
            high = low
        low = now
    return low if low.value < origin.value else None


def cubic(a: Trial, b: Trial, bounds: tuple[float, float]) -> float:
    """The minimum, within the bounds, of the cubic with the values and slopes of a and b; their middle without one."""
    if a.t > b.t:
        a, b = b, a
    if isfinite(a.value) and isfinite(b.value) and isfinite(a.slope) and isfinite(b.slope):
        d1 = a.slope + b.slope - 3 * (a.value - b.value) / (a.t - b.t)
        square = d1 * d1 - a.slope * b.slope
        if square >= 0:
            d2 = sqrt(square)
            below = b.slope - a.slope + 2 * d2
            if below != 0:
                t = b.t - (b.t - a.t) * ((b.slope + d2 - d1) / below)
                return min(max(t, bounds[0]), bounds[1])
    return (bounds[0] + bounds[1]) / 2
