import numpy as np

from fitcli.layers.dense import Dense
from fitcli.layers.mlp import MLP


def test_it_keeps_the_shape(build):
    assert build(MLP(7), (5,)).shape == (5,)
    built = build(MLP(7), (12, 5))
    assert built.shape == (12, 5)
    assert list(built.params.values()) == [(5, 7), (7,), (7, 5), (5,)]
    built = build(MLP(7, "tokens"), (12, 5))
    assert built.shape == (12, 5)
    assert list(built.params.values()) == [(12, 7), (7,), (7, 12), (12,)]


def test_over_tokens_is_the_same_of_the_transposed(build):
    x = np.random.default_rng(0).standard_normal((2, 12, 5))
    across, along = build(MLP(7, "tokens"), (12, 5)), build(MLP(7), (5, 12))
    rng = np.random.default_rng(1)
    values = [rng.standard_normal(shape) for shape in along.params.values()]
    y = across(x, dict(zip(across.params, values, strict=True)))
    wanted = along(x.transpose(0, 2, 1).copy(), dict(zip(along.params, values, strict=True)))
    np.testing.assert_allclose(y, wanted.transpose(0, 2, 1), atol=1e-12)
    assert np.ptp(build(Dense(3), (5,))(x[:, 0])) > 0


def test_each_token_by_itself(build):
    """y = gelu(x W + b) V + c, by the error function of each number."""
    from math import erf

    built = build(MLP(3), (4, 5))
    rng = np.random.default_rng(1)
    w, b, v, c = values = [rng.standard_normal(shape) for shape in built.params.values()]
    x = rng.standard_normal((2, 4, 5))
    hidden = x @ w + b
    hidden *= np.vectorize(lambda z: (1 + erf(z / np.sqrt(2))) / 2)(hidden)
    np.testing.assert_allclose(built(x, dict(zip(built.params, values, strict=True))), hidden @ v + c, atol=1e-12)


def test_what_has_no_features_of_its_own_is_refused(wrong):
    assert wrong("mlp: 8").message == "mlp needs a flat input, got 8×6×3"
    assert wrong("flatten", "mlp: {units: 8, over: tokens}").message == (
        "mlp needs tokens (tokens×features), got a vector of 144"
    )
