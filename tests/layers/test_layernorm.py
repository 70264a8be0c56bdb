import numpy as np
import pytest

from fitcli.errors import SpecError
from fitcli.layers.layernorm import LayerNorm
from fitcli.spec import parse_spec

X = np.random.default_rng(0).standard_normal((4, 3, 2, 5)) * 3 + 1


def test_parameters_and_shape(build):
    built = build(LayerNorm(), (3, 2, 5))
    assert built.shape == (3, 2, 5) and built.nodes == ["0.layernorm"]
    assert built.params == {"0.layernorm.gamma": (5,), "0.layernorm.beta": (5,)} and built.decayed == []
    assert build(LayerNorm(affine=False), (3, 2, 5)).params == {}


def test_it_begins_as_normalisation_of_each_pixel(build):
    for affine in (True, False):
        y = build(LayerNorm(1e-12, affine), (3, 2, 5))(X)
        np.testing.assert_allclose(y.mean(-1), 0, atol=1e-12)
        np.testing.assert_allclose(y.std(-1), 1, rtol=1e-9)


def test_gamma_and_beta_are_one_a_channel(build):
    gamma, beta = np.arange(5.0), np.arange(5.0) - 7
    y = build(LayerNorm(0.1), (3, 2, 5))(X, {"0.layernorm.gamma": gamma, "0.layernorm.beta": beta})
    wanted = gamma * (X - X.mean(-1, keepdims=True)) / np.sqrt(X.var(-1, keepdims=True) + 0.1) + beta
    np.testing.assert_allclose(y, wanted, rtol=1e-11)


def test_settings():
    text = "{data: {path: x}, model: [{layernorm: 1e-6}, {layernorm: {affine: false}}]}"
    assert parse_spec(text).model == [LayerNorm(1e-6), LayerNorm(1e-5, False)]
    with pytest.raises(SpecError, match=r"model\[0\]\.layernorm\.eps"):
        parse_spec("{data: {path: x}, model: [{layernorm: {eps: 0}}]}")
