import numpy as np
import pytest

from fitcli.errors import SpecError
from fitcli.layers.rmsnorm import RMSNorm
from fitcli.spec import parse_spec

X = np.random.default_rng(0).standard_normal((4, 3, 2, 5)) * 3 + 1


def test_parameters_and_shape(build):
    built = build(RMSNorm(), (3, 2, 5))
    assert built.shape == (3, 2, 5) and built.nodes == ["0.rmsnorm"]
    assert built.params == {"0.rmsnorm.gamma": (5,)} and built.decayed == []
    assert build(RMSNorm(affine=False), (3, 2, 5)).params == {}


def test_the_equation(build):
    gamma = np.arange(5.0)
    wanted = X / np.sqrt((X**2).mean(-1, keepdims=True) + 0.1)
    np.testing.assert_allclose(build(RMSNorm(0.1), (3, 2, 5))(X), wanted, rtol=1e-12)
    np.testing.assert_allclose(build(RMSNorm(0.1, False), (3, 2, 5))(X), wanted, rtol=1e-12)
    y = build(RMSNorm(0.1), (3, 2, 5))(X, {"0.rmsnorm.gamma": gamma})
    np.testing.assert_allclose(y, gamma * wanted, rtol=1e-12)


def test_settings():
    assert parse_spec("{data: {path: x}, model: [{rmsnorm: 1e-6}, rmsnorm]}").model == [RMSNorm(1e-6), RMSNorm(1e-5)]
    with pytest.raises(SpecError, match=r"model\[0\]\.rmsnorm\.eps"):
        parse_spec("{data: {path: x}, model: [{rmsnorm: {eps: 0}}]}")
