import numpy as np

from fitcli.layers.selu import SELU

X = np.linspace(-8, 8, 24).reshape(2, 2, 3, 2)


def test_the_equation(build):
    built = build(SELU(), (2, 3, 2))
    assert built.shape == (2, 3, 2) and built.params == {} and built.nodes == ["0.selu"]
    wanted = 1.0507009873554805 * np.where(X > 0, X, 1.6732632423543772 * np.expm1(np.minimum(X, 0)))
    np.testing.assert_allclose(built(X), wanted, rtol=1e-12)
