import numpy as np

from fitcli.layers.hardsigmoid import HardSigmoid

X = np.linspace(-8, 8, 24).reshape(2, 2, 3, 2)


def test_the_equation(build):
    built = build(HardSigmoid(), (2, 3, 2))
    assert built.shape == (2, 3, 2) and built.params == {} and built.nodes == ["0.hardsigmoid"]
    np.testing.assert_allclose(built(X), np.clip(X + 3, 0, 6) / 6, rtol=1e-12, atol=1e-15)
