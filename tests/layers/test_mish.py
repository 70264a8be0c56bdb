import numpy as np

from fitcli.layers.mish import Mish

X = np.linspace(-8, 8, 24).reshape(2, 2, 3, 2)


def test_the_equation(build):
    built = build(Mish(), (2, 3, 2))
    assert built.shape == (2, 3, 2) and built.params == {} and built.nodes == ["0.mish"]
    np.testing.assert_allclose(built(X), X * np.tanh(np.log(1 + np.exp(X))), rtol=1e-12, atol=1e-15)
