import numpy as np

from fitcli.layers.hardswish import HardSwish

X = np.linspace(-8, 8, 24).reshape(2, 2, 3, 2)


def test_the_equation(build):
    built = build(HardSwish(), (2, 3, 2))
    assert built.shape == (2, 3, 2) and built.params == {} and built.nodes == ["0.hardswish"]
    np.testing.assert_allclose(built(X), X * np.clip(X + 3, 0, 6) / 6, rtol=1e-12, atol=1e-15)
