import numpy as np
import pytest

from fitcli.layers.separable_conv import SeparableConv


def test_parameters_and_shape(build):
    built = build(SeparableConv(5), (9, 6, 3))
    assert built.shape == (9, 6, 5)
    assert sorted(built.params.values()) == sorted([(3, 3, 3), (1, 1, 3, 5), (5,)])
    assert build(SeparableConv(5, [3, 2], 2, "valid", bias=False), (9, 6, 3)).shape == (4, 3, 5)


@pytest.mark.parametrize("stride", [1, 2])
def test_a_window_for_each_channel_then_a_mix(stride, build):
    built = build(SeparableConv(5, 3, stride, "valid"), (9, 6, 3))
    rng = np.random.default_rng(0)
    v, w, b = values = [rng.standard_normal(shape) for shape in built.params.values()]
    x = rng.standard_normal((2, 9, 6, 3))
    y = built(x, dict(zip(built.params, values, strict=True)))
    for r, q in np.ndindex(y.shape[1:3]):
        window = x[:, r * stride : r * stride + 3, q * stride : q * stride + 3]
        np.testing.assert_allclose(y[:, r, q], (window * v).sum((1, 2)) @ w[0, 0] + b, atol=1e-12)


def test_a_vector_is_refused(wrong):
    problem = wrong("flatten", "separable_conv: 4")
    assert problem.path == "model[1].separable_conv"
    assert problem.message == "separable_conv needs an image (height×width×channels), got a vector of 144"
