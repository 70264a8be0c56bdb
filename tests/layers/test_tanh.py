import numpy as np

from fitcli.layers.tanh import Tanh

X = np.linspace(-30, 30, 24).reshape(2, 2, 3, 2)


def test_hyperbolic_tangent(build):
    built = build(Tanh(), (2, 3, 2))
    assert built.shape == (2, 3, 2) and built.params == {}
    np.testing.assert_allclose(built(X), np.tanh(X), rtol=1e-14)
