import numpy as np
import pytest

from fitcli.autodiff.check.line import Line, steps

V, D = {"x": np.array([1.0, -2.0])}, {"x": np.array([1.0, 1.0])}


def line(f):
    asked = []

    def count(v):
        asked.append(v)
        return f(v["x"])

    return Line(count, V, D, f(V["x"])), asked


def test_slope_and_jump_of_a_cubic():
    curve, _ = line(lambda x: x**3)
    q = curve.quotient(0.01)
    np.testing.assert_allclose(q.slope, 3 * V["x"] ** 2 + 0.01**2)
    np.testing.assert_allclose(q.jump, 0.01 * 6 * V["x"])


def test_at_a_kink_the_jump_stays():
    curve = Line(lambda v: np.maximum(v["x"], 0), {"x": np.zeros(2)}, D, np.zeros(2))
    for h in (1e-2, 1e-6):
        q = curve.quotient(h)
        np.testing.assert_allclose(q.slope, 0.5)
        np.testing.assert_allclose(q.jump, 1.0)


def test_values_are_computed_once():
    curve, asked = line(np.sin)
    assert curve.quotient(0.5) is curve.quotient(0.5) and len(asked) == 2


def test_along_a_covector():
    curve, _ = line(np.sin)
    q, w = curve.quotient(0.5), np.array([2.0, -1.0])
    assert q.along(w).slope == pytest.approx(w @ q.slope) and q.along(w).jump == pytest.approx(w @ q.jump)
    assert q.along(w).h == 0.5


@pytest.mark.parametrize(
    ("dtype", "middle", "low", "high"), [("f8", 7.6e-6, 7.4e-9, 0.032), ("f4", 3.9e-3, 2e-4, 0.26)]
)
def test_steps_go_out_from_the_middle(dtype, middle, low, high):
    found = steps(float(np.finfo(dtype).eps))
    assert found[0] == pytest.approx(middle, rel=0.1) and found[1] == found[0] / 4 and found[2] == found[0] * 4
    assert min(found) >= low and max(found) <= high and len(set(found)) == len(found)
    assert all(np.log2(h).is_integer() for h in found)
