import numpy as np
import pytest

from fitcli.autodiff.check.line import Line
from fitcli.autodiff.check.noise import Noise
from fitcli.autodiff.check.order import remainders

EPS = float(np.finfo(float).eps)
X = np.linspace(-2, 2, 40)


def fitted(f, df, d2f, x=X):
    line = Line(lambda v: f(v["x"]), {"x": x}, {"x": np.ones_like(x)}, f(x))
    peak = 2 * EPS * max(1.0, float(np.abs(f(x)).max()))
    return remainders(line, np.asarray(df), np.asarray(d2f), Noise(peak, peak * np.sqrt(x.size), peak))


def values(found):
    return [s.value and round(s.value, 1) for s in found.slopes]


def test_a_smooth_function():
    found = fitted(np.sin, np.cos(X), -np.sin(X))
    assert values(found) == [1.0, 2.0, 3.0] and found.kinks == 0 and not any(s.bent or s.exact for s in found.slopes)
    assert len(found.h) == len(found.r[0]) == len(found.r[2]) and list(found.h) == sorted(found.h)


def test_a_wrong_derivative_has_slope_one():
    assert values(fitted(np.sin, 1.01 * np.cos(X), -np.sin(X)))[:2] == [1.0, 1.0]


def test_a_wrong_second_derivative_has_slope_two():
    assert values(fitted(np.sin, np.cos(X), np.sin(X))) == [1.0, 2.0, 2.0]


def test_linear_and_quadratic_functions_leave_nothing_over():
    linear = fitted(lambda x: 3 * x, 3 + 0 * X, 0 * X)
    assert [s.exact for s in linear.slopes] == [False, True, True]
    quadratic = fitted(lambda x: x * x, 2 * X, 2 + 0 * X)
    assert [s.exact for s in quadratic.slopes] == [False, False, True] and values(quadratic)[:2] == [1.0, 2.0]


def test_entries_that_kink_are_left_out():
    x = np.append(X, [1e-5, -1e-7])
    found = fitted(lambda x: np.abs(np.sin(x)), np.cos(x) * np.sign(np.sin(x)), -np.abs(np.sin(x)), x)
    assert values(found) == [1.0, 2.0, 3.0] and found.kinks in (1, 2)


def test_a_number_is_fitted_through_its_kinks():
    """A sum of many kinks: R1 still falls faster than h."""
    rng = np.random.default_rng(0)
    places, sizes = rng.uniform(-1, 1, 200_000), rng.standard_normal(200_000)

    def f(t):
        return np.asarray(t + (sizes * np.abs(t - places)).mean())

    x = np.array(0.0)
    found = fitted(f, 1 - (sizes * np.sign(places)).mean(), np.array(0.0), x)
    assert found.slopes[1].bent and found.slopes[1].value > 1.4 and found.slopes[2].value is None


@pytest.mark.parametrize("dtype", ["f4"])
def test_float32(dtype):
    x = X.astype(dtype)
    line = Line(lambda v: np.sin(v["x"]), {"x": x}, {"x": np.ones_like(x)}, np.sin(x))
    peak = 2.0**-22
    found = remainders(line, np.cos(x), -np.sin(x), Noise(peak, peak * 6, peak))
    assert values(found)[0] == 1.0 and found.slopes[1].value == pytest.approx(2, abs=0.1)
