"""What the four normalisations share; each one's own cut is tested beside its op."""

import numpy as np
import pytest

from fitcli.ops import OPS
from fitcli.ops.normalize import Normalize

NAMES = [name for name in OPS if issubclass(OPS[name], Normalize)]


def op_of(name):
    return OPS[name](groups=2) if name == "groupnorm" else OPS[name]()


def test_who_they_are():
    assert NAMES == ["groupnorm", "instancenorm", "layernorm", "rmsnorm"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("params", [0, 1, 2])
def test_with_and_without_parameters(name, params, at, check, normal):
    x, *w = normal(0, (3, 2, 3, 4), (4,), (4,))
    check(at(op_of(name), [x], w[:params]))


@pytest.mark.parametrize("name", NAMES)
def test_a_constant_image_has_finite_derivatives(name, at, dtype):
    point = at(op_of(name), [np.full((2, 2, 2, 4), 3.0)], [np.ones(4), np.ones(4)], dtype=dtype)
    np.testing.assert_allclose(point.y, 2 if name == "rmsnorm" else 1, rtol=1e-5)
    assert np.isfinite(point.pull(np.ones_like(point.y))[0][0]).all()


@pytest.mark.parametrize("name", NAMES)
def test_training_or_not_it_is_the_same_map(name, at, normal):
    x, gamma, beta = normal(0, (3, 2, 3, 4), (4,), (4,))
    one, other = (at(op_of(name), [x], [gamma, beta], train=train).y for train in (True, False))
    np.testing.assert_array_equal(one, other)
