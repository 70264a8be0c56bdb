import numpy as np

from fitcli.layers.instancenorm import InstanceNorm
from fitcli.spec import parse_spec

X = np.random.default_rng(0).standard_normal((4, 3, 2, 5)) * 3 + 1


def test_it_has_no_parameters_unless_asked(build):
    built = build(InstanceNorm(), (3, 2, 5))
    assert built.shape == (3, 2, 5) and built.nodes == ["0.instancenorm"] and built.params == {}
    built = build(InstanceNorm(affine=True), (3, 2, 5))
    assert built.params == {"0.instancenorm.gamma": (5,), "0.instancenorm.beta": (5,)} and built.decayed == []


def test_each_channel_of_each_image_is_normalised(build):
    for affine in (True, False):
        y = build(InstanceNorm(1e-12, affine), (3, 2, 5))(X)
        np.testing.assert_allclose(y.mean((1, 2)), 0, atol=1e-12)
        np.testing.assert_allclose(y.std((1, 2)), 1, rtol=1e-9)


def test_gamma_and_beta(build):
    gamma, beta = np.arange(5.0), np.arange(5.0) - 7
    weights = {"0.instancenorm.gamma": gamma, "0.instancenorm.beta": beta}
    y = build(InstanceNorm(affine=True), (3, 2, 5))(X, weights)
    np.testing.assert_allclose(y, gamma * build(InstanceNorm(), (3, 2, 5))(X) + beta, rtol=1e-12)


def test_settings():
    text = "{data: {path: x}, model: [{instancenorm: 1e-3}, {instancenorm: {affine: true}}]}"
    assert parse_spec(text).model == [InstanceNorm(1e-3), InstanceNorm(1e-5, True)]


def test_a_vector_is_no_image(wrong):
    assert wrong("flatten", "instancenorm", "dense: classes").message.startswith("instancenorm needs an image")
