import numpy as np
import pytest

from fitcli.autodiff.check.foot import stand
from fitcli.autodiff.check.jacobian import fits, jacobian


def foot(function_and_point):
    return stand(*function_and_point, np.random.default_rng(0))[0]


def test_three_witnesses(affine, build_function):
    at = foot(build_function(affine(), (4,), ("a", "b")))
    j = jacobian(at)
    assert j.push.shape == (20, 28) and j.blocks == (("input", 20), ("a", 4), ("b", 4))
    np.testing.assert_allclose(j.push[:, :20], np.diag(np.tile(at.v["a"], 5)), rtol=1e-14)
    np.testing.assert_allclose(j.push[:, 24:], np.tile(np.eye(4), (5, 1)), rtol=1e-14)
    assert j.gap(j.pull) < 1e-15 and j.gap(j.differences) < 1e-9


def test_gaps_are_relative_to_the_largest_entry(affine, build_function):
    j = jacobian(foot(build_function(affine(pull=1.5), (4,), ("a", "b"))))
    size = max(np.abs(j.push).max(), np.abs(j.pull).max())
    assert j.gap(j.pull) == pytest.approx(np.abs(j.push - j.pull).max() / size) and j.gap(j.pull) > 0.1


def test_what_is_too_large(affine, build_function):
    assert fits(foot(build_function(affine(), (4,), ("a", "b"))))
    assert not fits(foot(build_function(affine(), (600,), ("a", "b"))))
