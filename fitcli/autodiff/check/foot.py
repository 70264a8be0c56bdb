"""Where the tests of a function stand: a point v, f(v), the derivative there, a covector w and its pull back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fitcli.autodiff.check.adjoint import Adjoint, adjoint, natural_size
from fitcli.autodiff.check.function import Function, Point
from fitcli.autodiff.check.line import Line
from fitcli.autodiff.check.noise import Noise, push_noise, rounding_noise, slope_noise
from fitcli.autodiff.check.vectors import Vector, filled, signed


@dataclass(eq=False)
class Foot:
    """y = f(v), pulled = dfᵀ(w), and the rounding noise."""

    f: Function
    v: Vector
    point: Point
    y: np.ndarray
    w: np.ndarray
    pulled: dict[str, np.ndarray]
    noise: Noise

    @property
    def eps(self) -> float:
        return float(np.finfo(self.f.dtype).eps)

    def line(self, d: Vector) -> Line:
        return Line(self.f, self.v, d, self.y)

    def push(self, d: Vector) -> np.ndarray:
        return self.point.push(filled(d, self.v)).copy()

    def transpose(self, d: Vector, y_dot: np.ndarray) -> Adjoint:
        """The transpose test along d; where it fails, once more with the noise measured."""
        natural = natural_size(self.v, self.pulled)
        test = adjoint(y_dot, self.w, d, self.pulled, natural)
        if test.holds or not np.isfinite(test.error):
            return test
        noise = slope_noise(self.point, self.v, d, self.w, np.random.default_rng(0))
        return adjoint(y_dot, self.w, d, self.pulled, natural, noise)

    def unsure(self, d: Vector) -> tuple[float, float]:
        """How far rounding may move an entry of df(d), and ⟨d, dfᵀ(w)⟩."""
        rng = np.random.default_rng(0)
        return push_noise(self.point, self.v, d, rng), slope_noise(self.point, self.v, d, self.w, rng)


def stand(f: Function, v: Vector, rng: np.random.Generator) -> tuple[Foot, bool]:
    """The foot, and whether everything comes out the same, bit by bit, when it is asked for again."""
    point, again = f.at(v), f.at(v)
    y = np.array(point.y)
    w = np.ones_like(y) if y.ndim == 0 else rng.standard_normal(y.shape).astype(y.dtype)
    pulled, d = point.pull(w), signed(rng, v)
    second = again.pull(w)
    same = (
        _same(y, again.y) and all(_same(pulled[k], second[k]) for k in pulled) and _same(point.push(d), again.push(d))
    )
    return Foot(f, v, point, y, w, pulled, rounding_noise(f, v, y, w, rng)), same


def _same(a: np.ndarray, b: np.ndarray) -> bool:
    return np.array_equal(a, b, equal_nan=True)
