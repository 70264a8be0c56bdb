import numpy as np
import pytest

from fitcli.autodiff.check.judge import CORRECT, KINK, NOISE, WRONG, judge, tolerance
from fitcli.autodiff.check.line import Line

EPS = float(np.finfo(float).eps)
X = np.linspace(-2, 2, 41) + 0.013


def verdict(f, derivative, x=X, noise=4 * EPS, d=None):
    d = np.ones_like(x) if d is None else d
    return judge(Line(lambda v: f(v["x"]), {"x": x}, {"x": d}, f(x)).quotient, derivative, noise, EPS)


@pytest.mark.parametrize(
    ("f", "df"),
    [
        (np.sin, np.cos), (lambda x: 5 * x, lambda x: 5 + 0 * x),
        (lambda x: np.exp(3 * x), lambda x: 3 * np.exp(3 * x)),
        (lambda x: np.maximum(x, 0), lambda x: 1.0 * (x > 0)), (lambda x: 0 * x + 1, lambda x: 0 * x),
        (lambda x: np.sin(1000 * x), lambda x: 1000 * np.cos(1000 * x)),
    ],
)  # fmt: skip
def test_right_derivatives(f, df):
    found = verdict(f, df(X), noise=4 * EPS * max(1, np.abs(f(X)).max(), np.abs(df(X)).max() / 1000))
    assert found.verdict == CORRECT and found.error < 1e-6 and found.resolution < 1e-5


@pytest.mark.parametrize("wrong", [2.0, -1.0, 0.0, 1.01, 1 + 1e-4, 1 + 1e-6])
@pytest.mark.parametrize(("f", "df"), [(np.sin, np.cos), (lambda x: np.maximum(x, 0), lambda x: 1.0 * (x > 0))])
def test_wrong_everywhere(f, df, wrong):
    found = verdict(f, wrong * df(X))
    assert found.verdict == WRONG and found.error == pytest.approx(abs(wrong - 1) / max(1, abs(wrong)), rel=0.01)


@pytest.mark.parametrize("relative", [1.0, 1e-2, 1e-4, 1e-5])
def test_one_wrong_entry_is_named(relative):
    p = np.cos(X)
    p[30] *= 1 + relative
    found = verdict(np.sin, p)
    assert found.verdict == WRONG and found.entry == (30,)
    assert found.expected == pytest.approx(np.cos(X[30]), rel=1e-8) and found.got == p[30]


def test_a_point_on_a_kink():
    found = verdict(lambda x: np.maximum(x, 0), np.zeros(1), x=np.zeros(1))
    assert found.verdict == KINK and found.kinks == 1


def test_a_few_kinks_among_many_entries_are_counted_and_passed():
    x = np.append(np.linspace(1, 2, 99), 0.0)
    found = verdict(np.abs, np.append(np.ones(99), -1.0), x=x)
    assert found.verdict == CORRECT and found.kinks == 1


def test_kinks_do_not_hide_a_wrong_entry():
    x = np.append(np.linspace(1, 2, 99), 0.0)
    found = verdict(np.abs, np.append(np.full(99, 1.1), -1.0), x=x)
    assert found.verdict == WRONG and found.error == pytest.approx(0.1 / 1.1)


def test_a_kink_near_by_needs_smaller_steps():
    found = verdict(np.abs, np.array([1.0]), x=np.array([1e-6]))
    assert found.verdict == CORRECT and found.h <= 1e-6


@pytest.mark.parametrize(("steepness", "expected"), [(1e4, CORRECT), (1e6, KINK)])
def test_a_bend_that_is_shorter_than_most_steps(steepness, expected):
    """tanh(s x): steps that jump over the bend agree with each other that the slope is 0, but smaller ones deny it."""
    x = np.array([0.3, -0.1]) / steepness
    found = verdict(lambda x: np.tanh(steepness * x), steepness / np.cosh(steepness * x) ** 2, x=x)
    assert found.verdict == expected


def test_below_the_rounding_floor():
    def f(x):
        return 1e9 + 1e-2 * np.sin(x)

    found = verdict(f, 1e-2 * np.cos(X), noise=1e9 * EPS)
    assert found.verdict == NOISE and found.resolution > 1e-4


def test_zero_is_correct_when_differences_see_nothing():
    found = verdict(lambda x: np.ones_like(x), np.full(41, 1e-17))
    assert found.verdict == CORRECT and found.error == 0


def test_what_is_not_finite_is_wrong():
    p = np.cos(X)
    p[3] = np.nan
    found = verdict(np.sin, p)
    assert found.verdict == WRONG and found.entry == (3,)


def test_numbers_without_axes():
    x = np.array(0.3)
    assert verdict(np.sin, np.cos(x), x=x).verdict == CORRECT
    assert verdict(np.sin, -np.cos(x), x=x).verdict == WRONG


def test_tolerances():
    assert tolerance(EPS) == pytest.approx(9e-8, rel=0.1) and tolerance(2.0**-23) == pytest.approx(8e-4, rel=0.1)


def test_a_derivative_that_is_rounding_alone_is_zero():
    """f = x - x scaled up: exactly 0, while its derivative is what cancellation leaves."""
    p = np.full(41, 2e-14)
    found = judge(Line(lambda v: 0 * v["x"], {"x": X}, {"x": np.ones(41)}, 0 * X).quotient, p, 0.0, EPS)
    assert found.verdict == WRONG
    found = judge(Line(lambda v: 0 * v["x"], {"x": X}, {"x": np.ones(41)}, 0 * X).quotient, p, 0.0, EPS, unsure=1e-14)
    assert found.verdict == CORRECT and found.error == 0


def test_an_unsure_derivative_may_still_be_wrong():
    q = Line(lambda v: np.sin(v["x"]), {"x": X}, {"x": np.ones(41)}, np.sin(X)).quotient
    assert judge(q, 1.0001 * np.cos(X), 4 * EPS, EPS, unsure=1e-10).verdict == WRONG


def test_curvature_is_no_excuse():
    """A large step bends f more than a small error of one entry moves it; the smaller steps see no kink there."""
    x = np.linspace(0.5, 2, 60)
    p = 2 * x
    p[7] *= 1 + 1e-3
    found = verdict(lambda x: x * x, p, x=x)
    assert found.verdict == WRONG and found.entry == (7,)


def test_a_kink_beside_the_point_is_an_excuse():
    """One entry so near to its kink that every step but the smallest meets it."""
    x = np.append(np.linspace(1, 2, 99), 1e-9)
    found = verdict(lambda x: np.maximum(x, 0) + x * x, 1 + 2 * x, x=x)
    assert found.verdict == CORRECT
