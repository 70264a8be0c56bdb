from math import erf

import numpy as np
import pytest

from fitcli.errors import SpecError
from fitcli.layers.gelu import GELU
from fitcli.spec import parse_spec

X = np.linspace(-8, 8, 24).reshape(2, 2, 3, 2)


def test_the_equation(build):
    built = build(GELU(), (2, 3, 2))
    assert built.shape == (2, 3, 2) and built.params == {} and built.nodes == ["0.gelu"]
    np.testing.assert_allclose(built(X), X * (1 + np.vectorize(erf)(X / 2**0.5)) / 2, atol=1e-14)


def test_its_approximation(build):
    (layer,) = parse_spec("{data: {path: x}, model: [{gelu: tanh}]}").model
    assert layer == GELU("tanh")
    wanted = X / 2 * (1 + np.tanh(np.sqrt(2 / np.pi) * (X + 0.044715 * X**3)))
    np.testing.assert_allclose(build(layer, (2, 3, 2))(X), wanted, atol=1e-14)


def test_no_third_kind():
    with pytest.raises(SpecError, match=r"model\[0\]\.gelu"):
        parse_spec("{data: {path: x}, model: [{gelu: sigmoid}]}")
