"""P(class) along a line x + t d through an image, its tangent, and how far the tangent can be believed.

    P(x + t d) = P(x) + t dP(d) + remainder(t)
    radius = the largest R such that |remainder(t)| ≤ 0.1 |P(x + t d) − P(x)| for all |t| ≤ R
"""

from __future__ import annotations

import numpy as np

from fitcli.engine.linearize.curve import Probability
from fitcli.engine.linearize.perturbation import gradient, patch, wave
from fitcli.model import Model

SHARE = 0.1
MOST = 255.0  # grey levels: black to white
_SCAN, _HALVINGS, _POINTS = 40, 20, 81
_ROWS = (-1, -1 / 2, -1 / 4, -1 / 8, 0, 1 / 8, 1 / 4, 1 / 2, 1)


def linearize(model: Model, image: np.ndarray, along: str = "gradient", *, number: int | None = None,
              size: int | None = None, at: tuple[int, int] | None = None, reach: float | None = None) -> dict:  # fmt: skip
    """{"class", "probability", "temperature", "along", "slope", "radius", "whole", "reach", "rows", "curve", "image", …}.

    `image` uint8 [H, W, C]; `number` of the class, None for the most probable. Steps t are grey levels: the largest entry
    of the direction is 1. `slope` = dP(d) per grey level; "whole" says that the tangent holds to as far as was looked,
    black to white; rows and curve: {"step", "probability", "tangent"}, `reach` steps to both sides.
    """
    x = image.astype(np.float64)
    p = Probability(model, number or 0)
    if number is None:
        p.number = number = int(p.all(x[None])[0].argmax())
    g = p.gradient(x)
    d, place = gradient(g), None
    if along == "patch":
        d, place = patch(g, size or max(1, min(image.shape[:2]) // 4), at)
    elif along == "wave":
        d, place = wave(g, at)
    start, slope = float(p(x[None])[0]), p.tangent(x, d)
    line = _Line(p, x, d, start, slope)
    radius = line.radius()
    reach = reach or min(MOST, 3 * radius) or MOST
    return {
        "class": model.classes[number], "probability": start, "temperature": model.temperature, "along": along,
        "place": place, "slope": slope,
        "radius": radius, "whole": radius >= MOST, "reach": reach,
        "rows": line.table(reach * np.array(_ROWS)), "curve": line.table(np.linspace(-reach, reach, _POINTS)),
        "image": image, "direction": d,
    }  # fmt: skip


class _Line:
    def __init__(self, p: Probability, x: np.ndarray, d: np.ndarray, start: float, slope: float):
        self.p, self.x, self.d, self.start, self.slope = p, x, d, start, slope

    def at(self, t: np.ndarray) -> np.ndarray:
        return self.p(self.x + np.reshape(t, (-1, 1, 1, 1)) * self.d)

    def table(self, t: np.ndarray) -> list[dict]:
        return [
            {"step": float(a), "probability": float(p), "tangent": float(self.start + a * self.slope)}
            for a, p in zip(t, self.at(t), strict=True)
        ]

    def holds(self, t: np.ndarray) -> np.ndarray:
        """Whether the tangent predicts the change to 10 %, to both sides of the image."""
        good = np.ones(len(t), bool)
        for side in (1, -1):
            p = self.at(side * t)
            good &= np.abs(p - self.start - side * t * self.slope) <= SHARE * np.abs(p - self.start)
        return good

    def radius(self) -> float:
        """From small steps to large ones, then by halves between the last that held and the first that did not."""
        t = np.geomspace(MOST * 1e-4, MOST, _SCAN)
        good = self.holds(t)
        if good.all():
            return MOST
        first = int(good.argmin())
        if first == 0:
            return 0.0
        low, high = t[first - 1], t[first]
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            low, high = (middle, high) if self.holds(np.array([middle]))[0] else (low, middle)
        return float(low)
