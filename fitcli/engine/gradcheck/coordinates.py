"""The derivative does not depend on the coordinates: the loss of a picture by its pixels x and by its waves z = C x.

    L̃(z) = L(Cᵀ z)     so dL̃(C d) = dL(d) for every direction d, and the gradient transforms by the transpose: ∇L̃ = C ∇L

Plain gradient descent z − η ∇L̃ is C (x − η ∇L): one path in both. Adam divides by the size of each coordinate's
gradient, and so goes another way in other coordinates.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from fitcli.autodiff.check.adjoint import natural_size
from fitcli.autodiff.check.cosine import to_pixels, to_waves
from fitcli.autodiff.check.foot import Foot
from fitcli.autodiff.check.judge import CORRECT, SEVERITY, WRONG, Judgement, judge
from fitcli.autodiff.check.line import Line
from fitcli.autodiff.check.noise import slope_noise
from fitcli.autodiff.check.vectors import Vector, inner, length, scale, signed

STEPS, RATE = 3, 1e-2
_WAVES = 4
_ADAM = (0.9, 0.999, 1e-8)
_SAFETY = 50  # times the rounding that was measured: to waves and back moves every pixel by some last bits
_FEELS = 1e-9  # of the largest derivative: less is rounding
_DESCENT_LIMIT = 1e-6  # rounding grows from step to step; other coordinates for the gradient would be off by all of it


def check_coordinates(foot: Foot, rng: np.random.Generator) -> dict:
    """{"verdict", "loss", "direction", "gradient", "descent", "adam"}: relative differences of the two systems.

    `foot` is of the loss, with a block "image". "gradient" compares ∇L̃ by differences along single waves with C ∇L;
    "descent" and "adam" are how far the path of a few steps in waves is from the one in pixels, by its length, or None
    where the loss does not feel the image: a gradient of rounding errors leads nowhere.
    """
    lost = _InWaves(foot)
    z = to_waves(foot.v["image"])
    g, h = foot.pulled["image"], lost.gradient(z)
    d = signed(rng, foot.v, "image")
    along, along_waves = float(foot.push(d)), inner(h, to_waves(d["image"]))
    y, size, natural = lost({"image": z}), length(g) * length(d["image"]), natural_size(foot.v, foot.pulled)
    judged = [_wave(lost, z, h, y, rng) for _ in range(_WAVES)]
    settled = [j for j in judged if j.verdict in (CORRECT, WRONG)]
    feels = scale(foot.v["image"]) * length(g) > _FEELS * natural
    out = {
        "loss": float(abs(y - foot.y) / max(abs(foot.y), 1e-300)),
        "direction": abs(along - along_waves) / size if size else 0.0,
        "gradient": max((j.error for j in settled), default=None),
        "descent": lost.path_gap(_descent) if feels else None,
        "adam": lost.path_gap(_adam) if feels else None,
    }
    noise = slope_noise(foot.point, foot.v, d, foot.w, rng)
    same = (
        abs(y - foot.y) <= 1e-11 * abs(foot.y) + _SAFETY * foot.noise.peak
        and abs(along - along_waves) <= 1e-11 * size + 1e-12 * natural + _SAFETY * noise
        and (out["descent"] or 0.0) <= _DESCENT_LIMIT
    )
    verdict = max((j.verdict for j in settled), key=SEVERITY.index, default=CORRECT)
    return {"verdict": verdict if same else WRONG} | out


class _InWaves:
    """L̃(z) = L(Cᵀ z), everything but the image held fixed."""

    def __init__(self, foot: Foot):
        self.foot = foot

    def __call__(self, v: Vector) -> np.ndarray:
        return self.foot.f(self.foot.v | {"image": to_pixels(v["image"])})

    def gradient(self, z: np.ndarray) -> np.ndarray:
        return to_waves(self.in_pixels(to_pixels(z)))

    def in_pixels(self, x: np.ndarray) -> np.ndarray:
        return self.foot.f.at(self.foot.v | {"image": x}).pull(np.ones(()))["image"]

    def path_gap(self, step: Callable) -> float:
        """Where a few steps lead in both coordinate systems, seen in pixels, by the length of the way."""
        x = self.foot.v["image"]
        rate = RATE * length(x) / max(length(self.foot.pulled["image"]), 1e-300)
        there, back = step(x, self.in_pixels, rate), to_pixels(step(to_waves(x), self.gradient, rate))
        way = length(there - x)
        return length(there - back) / way if way else 0.0


def _wave(lost: _InWaves, z: np.ndarray, gradient: np.ndarray, y: np.ndarray, rng: np.random.Generator) -> Judgement:
    """L̃ along one wave of one image, the slow ones more often, against the gradient."""
    n, rows, columns, channels = z.shape
    at = (rng.integers(n), int(rows * rng.random() ** 2), int(columns * rng.random() ** 2), rng.integers(channels))
    d = np.zeros_like(z)
    d[at] = scale(z)
    line = Line(lost, {"image": z}, {"image": d}, y)
    return judge(line.quotient, np.asarray(gradient[at] * d[at]), lost.foot.noise.peak, lost.foot.eps)


def _descent(x: np.ndarray, gradient: Callable, rate: float) -> np.ndarray:
    for _ in range(STEPS):
        x = x - rate * gradient(x)
    return x


def _adam(x: np.ndarray, gradient: Callable, rate: float) -> np.ndarray:
    """Adam (Kingma & Ba, 2015) with steps of RATE times a number's size."""
    (b1, b2, eps), m, s = _ADAM, 0.0, 0.0
    lr = RATE * scale(x)
    for t in range(1, STEPS + 1):
        g = gradient(x)
        m, s = b1 * m + (1 - b1) * g, b2 * s + (1 - b2) * g * g
        x = x - lr * (m / (1 - b1**t)) / (np.sqrt(s / (1 - b2**t)) + max(eps * float(np.abs(g).max()), 1e-300))
    return x
