import numpy as np

from fitcli.layers.log_softmax import LogSoftmax

X = np.linspace(-8, 8, 24).reshape(2, 2, 3, 2)


def test_the_equation(build):
    built = build(LogSoftmax(), (2, 3, 2))
    assert built.shape == (2, 3, 2) and built.params == {} and built.nodes == ["0.log_softmax"]
    np.testing.assert_allclose(built(X), X - np.log(np.exp(X).sum(-1, keepdims=True)), rtol=1e-12, atol=1e-15)
