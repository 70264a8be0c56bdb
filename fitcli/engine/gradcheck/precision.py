"""Training's own precision: the gradient of float32 against the one of float64, at a point that both can hold.

gradient   ‖g₃₂ − g₆₄‖ / ‖g₆₄‖, the worst block; the same kernels, another type, so only rounding is between them
transpose  ⟨df(d), w⟩ = ⟨d, dfᵀ(w)⟩ in float32
"""

from __future__ import annotations

import numpy as np

from fitcli.autodiff.check.adjoint import adjoint, natural_size
from fitcli.autodiff.check.function import Function
from fitcli.autodiff.check.judge import CORRECT, WRONG
from fitcli.autodiff.check.noise import pull_noise, slope_noise
from fitcli.autodiff.check.vectors import Vector, length, signed
from fitcli.engine.gradcheck.place import single

# A gradient this far off is another gradient. ReLUs and maxima that rounding tips over move single entries, so in
# a layer by itself all that is left below is small; through many layers it adds up, and is told but not judged.
LAYER_LIMIT = 0.02
_SAFETY = 50


def compare_types(double: tuple[Function, Vector], float_: tuple[Function, Vector], rng: np.random.Generator, *,
                  judged: bool = True) -> dict:  # fmt: skip
    """{"verdict", "gradient", "transpose"} of one function, given in both types at one point."""
    (f, v), (f32, v32) = double, float_
    point, rough = f.at(v), f32.at(v32)
    w = single(np.ones_like(point.y) if f.mean else rng.standard_normal(point.y.shape))
    exact, pulled = point.pull(w), rough.pull(w.astype(np.float32))
    whole = np.sqrt(sum(length(g) ** 2 for g in exact.values()))
    off = {k: length(pulled[k] - exact[k]) for k in exact}
    gap = _largest(off, exact, whole)
    close = gap <= LAYER_LIMIT or not judged
    if not close:  # unless it is what rounding leaves of a gradient that is 0
        unsure = pull_noise(rough, v32, w.astype(np.float32), rng)
        close = _largest({k: off[k] - _SAFETY * unsure[k] for k in off}, exact, whole) <= LAYER_LIMIT
    d = signed(rng, v32)
    y_dot = rough.push(d)
    natural = natural_size(v32, pulled)
    test = adjoint(y_dot, w, d, pulled, natural)
    if not test.holds:
        test = adjoint(y_dot, w, d, pulled, natural, slope_noise(rough, v32, d, w.astype(np.float32), rng))
    return {"verdict": CORRECT if test.holds and close else WRONG, "gradient": gap, "transpose": test.error}


def _largest(off: dict[str, float], exact: Vector, whole: float) -> float:
    """The largest of off / ‖g‖; blocks that hardly count are measured by a thousandth of the whole gradient."""
    return float(max((off[k] / (length(exact[k]) + 1e-3 * whole) for k in off), default=0.0)) if whole else 0.0
