import numpy as np
import pytest

from fitcli.autodiff.check.foot import stand


def foot(function_and_point, seed=0):
    return stand(*function_and_point, np.random.default_rng(seed))


def test_what_it_holds(affine, build_function):
    f, v = build_function(affine(), (4,), ("a", "b"))
    at, same = foot((f, v))
    assert same and at.f is f and at.eps == np.finfo(float).eps
    np.testing.assert_array_equal(at.y, f(v))
    np.testing.assert_allclose(at.pulled["b"], at.w.sum(0))
    assert at.noise.peak > 0 and (at.w < 0).any() and (at.w > 0).any()


def test_blocks_that_a_direction_leaves_out_stand_still(affine, build_function):
    at, _ = foot(build_function(affine(), (4,), ("a", "b")))
    np.testing.assert_array_equal(at.push({"b": np.ones(4)}), np.ones((5, 4)))
    np.testing.assert_array_equal(at.line({"b": np.ones(4)}).at(0.5), f_moved(at))


def f_moved(at):
    return at.v["a"] * at.v["input"] + (at.v["b"] + 0.5)


def test_the_transpose(affine, build_function):
    d = {"input": np.ones((5, 4))}
    good, _ = foot(build_function(affine(), (4,), ("a", "b")))
    bad, _ = foot(build_function(affine(pull=1 + 1e-9), (4,), ("a", "b")))
    assert good.transpose(d, good.push(d)).holds and not bad.transpose(d, bad.push(d)).holds


def test_rounding_that_was_measured_is_allowed(numbers):
    """sin(1e6 x): the derivative is right to ten digits only, for no number is nearer to 1e6 x."""
    f, v = numbers(lambda x: np.sin(1e6 * x), lambda x: 1e6 * np.cos(1e6 * (x + 1e-16)))
    d = {"input": np.ones((5, 4))}
    at, _ = foot((f, v))
    y_dot = at.push(d) * (1 + 1e-11)
    assert at.transpose(d, y_dot).holds and not at.transpose(d, at.push(d) * (1 + 1e-6)).holds


def test_how_unsure_it_is(affine, build_function):
    at, _ = foot(build_function(affine(), (4,), ("a", "b")))
    push, along = at.unsure({"input": np.ones((5, 4))})
    assert 0 < push < 4 * at.eps * np.abs(at.v["a"]).max() and 0 < along < 1e-13


@pytest.mark.parametrize(("loose", "same"), [(0.0, True), (1e-13, False)])
def test_two_answers(numbers, loose, same):
    assert foot(numbers(np.sin, np.cos, loose=loose))[1] is same
