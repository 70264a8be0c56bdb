import numpy as np
import pytest

from fitcli.errors import SpecError
from fitcli.layers.droppath import DropPath
from fitcli.spec import parse_spec


@pytest.mark.parametrize("rate", [0.2, 0.5, 0.9])
def test_in_training_a_share_is_dropped_and_the_mean_kept(build, rate):
    y = build(DropPath(rate), (2, 1, 1))(np.ones((4000, 2, 1, 1)), train=True)
    np.testing.assert_allclose(np.unique(y), [0, 1 / (1 - rate)], rtol=1e-14)
    assert (y == 0).mean() == pytest.approx(rate, abs=0.03)
    np.testing.assert_array_equal(y[:, 0], y[:, 1])


def test_outside_of_training_and_at_rate_0_nothing_happens(build):
    x = np.random.default_rng(0).standard_normal((3, 4, 4, 2))
    np.testing.assert_array_equal(build(DropPath(), (4, 4, 2))(x), x)
    np.testing.assert_array_equal(build(DropPath(0.0), (4, 4, 2))(x, train=True), x)


def test_the_short_form_and_its_limits():
    (layer,) = parse_spec("{data: {path: x}, model: [{droppath: 0.3}]}").model
    assert layer == DropPath(0.3)
    for rate in (-0.1, 1):
        with pytest.raises(SpecError, match=r"model\[0\]\.droppath"):
            parse_spec(f"{{data: {{path: x}}, model: [{{droppath: {rate}}}]}}")
