import numpy as np

from fitcli.layers.scale import Scale
from fitcli.spec import parse_spec

X = np.random.default_rng(0).standard_normal((2, 4, 6, 3))


def test_one_factor_a_channel(build):
    built = build(Scale(), (4, 6, 3))
    assert built.shape == (4, 6, 3) and built.params == {"0.scale.gamma": (3,)} and built.decayed == []
    np.testing.assert_array_equal(built(X), X)
    np.testing.assert_array_equal(built(X, {"0.scale.gamma": np.array([1.0, 0, -2])}), X * [1, 0, -2])


def test_it_begins_where_it_is_told_to(build):
    (layer,) = parse_spec("{data: {path: x}, model: [{scale: 1e-4}]}").model
    np.testing.assert_allclose(build(layer, (4, 6, 3))(X), 1e-4 * X)
