import numpy as np

from fitcli.layers.softsign import Softsign

X = np.linspace(-8, 8, 24).reshape(2, 2, 3, 2)


def test_the_equation(build):
    built = build(Softsign(), (2, 3, 2))
    assert built.shape == (2, 3, 2) and built.params == {} and built.nodes == ["0.softsign"]
    np.testing.assert_allclose(built(X), X / (1 + abs(X)), rtol=1e-12, atol=1e-15)
