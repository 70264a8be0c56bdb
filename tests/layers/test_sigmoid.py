import numpy as np

from fitcli.layers.sigmoid import Sigmoid

X = np.linspace(-30, 30, 24).reshape(2, 2, 3, 2)


def test_logistic_function(build):
    built = build(Sigmoid(), (2, 3, 2))
    assert built.shape == (2, 3, 2) and built.params == {}
    np.testing.assert_allclose(built(X), 1 / (1 + np.exp(-X)), rtol=1e-14)


def test_far_out_it_is_0_or_1_and_no_nan(build):
    y = build(Sigmoid(), (2,))(np.array([[-2000.0, 2000.0]]))
    np.testing.assert_array_equal(y, [[0, 1]])
