import numpy as np
import pytest

from fitcli.layers.initial import Constant, HeNormal, Initializer, initial_values


def test_a_constant_fills():
    np.testing.assert_array_equal(initial_values("b", (2, 3), Constant(0.5), 0), np.full((2, 3), 0.5))


def test_he_normal_keeps_the_variance_of_rectified_numbers():
    w = initial_values("w", (300, 400), HeNormal(300), 0)
    assert abs(w.mean()) < 1e-3
    assert w.std() == pytest.approx(np.sqrt(2 / 300), rel=0.01)
    assert abs((w**3).mean()) < 1e-5  # symmetric
    assert (w**4).mean() / w.var() ** 2 == pytest.approx(3, rel=0.05)  # normal, not uniform


def test_values_depend_on_seed_and_name_alone():
    one = initial_values("0.conv.weight", (5, 4), HeNormal(5), 3)
    np.testing.assert_array_equal(one, initial_values("0.conv.weight", (5, 4), HeNormal(5), 3))
    assert np.all(one != initial_values("1.conv.weight", (5, 4), HeNormal(5), 3))
    assert np.all(one != initial_values("0.conv.weight", (5, 4), HeNormal(5), 4))


def test_values_are_the_same_everywhere_and_in_every_version():
    """Written down: a change here changes every published result."""
    found = initial_values("0.dense.weight", (3,), HeNormal(2), 0)
    np.testing.assert_allclose(found, [1.2158866021598218, -0.5204886521462909, -0.05290845994594686], rtol=1e-12)


def test_an_initializer_that_has_no_values_is_not_silent():
    with pytest.raises(NotImplementedError):
        Initializer().values(None, (1,))
