import numpy as np

from fitcli.layers.relu import ReLU

X = np.linspace(-3, 3, 24).reshape(2, 2, 3, 2)


def test_the_positive_part(build):
    built = build(ReLU(), (2, 3, 2))
    assert built.shape == (2, 3, 2) and built.params == {}
    np.testing.assert_array_equal(built(X), np.maximum(X, 0))
