import numpy as np
import pytest

from fitcli.layers.positions import Positions


@pytest.mark.parametrize("shape", [(13, 5), (4, 3, 2)])
def test_one_number_for_each_number(shape, build):
    built = build(Positions(), shape)
    assert built.shape == shape and built.params == {"0.positions.offset": shape} and built.decayed == []
    x, w = np.random.default_rng(0).standard_normal((2, *shape)), np.random.default_rng(1).standard_normal(shape)
    np.testing.assert_array_equal(built(x, {"0.positions.offset": w}), x + w)
