from __future__ import annotations

import hashlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fitcli.kernels.target import tile
from fitcli.ops.attention import Attention
from fitcli.ops.dropout import mask


def twin(x, heads, m=None):
    """One head, one token at a time; m [N, H, T, T] is what the weights are multiplied with."""
    n, t, c = x.shape[0], x.shape[1], x.shape[2] // 3
    d = c // heads
    y = np.zeros((n, t, c))
    for i, h, a in np.ndindex(n, heads, t):
        q, k, v = (x[i, :, j * c + h * d : j * c + (h + 1) * d] for j in range(3))
        scores = np.array([(q[a] * k[b]).sum() / np.sqrt(d) for b in range(t)])
        weights = np.exp(scores - scores.max())
        weights /= weights.sum()
        if m is not None:
            weights *= m[i, h, a]
        y[i, a, h * d : (h + 1) * d] = sum(w * v[b] for b, w in enumerate(weights))
    return y


def drawn(n, heads, t, rate, seed=0, name=b"op"):
    """m / (1 − rate) as the dropout op draws it for a tensor [N, H, T, T]."""
    stream = int.from_bytes(hashlib.sha256(name).digest()[:7], "little")
    y = np.empty((n, heads, t, t))
    mask(y, np.ones_like(y), np.array([seed, 0]), stream, 0, rate)
    return y


@settings(max_examples=12, deadline=None, derandomize=True)
@given(n=st.integers(1, 3), t=st.integers(1, 9), heads=st.integers(1, 3), d=st.integers(1, 5))
def test_three_witnesses_and_the_twin_at_odd_shapes(n, t, heads, d, at, check, normal):
    x = normal(t, (n, t, 3 * heads * d))
    point = at(Attention(heads), [x])
    assert Attention(heads).shape(x.shape[1:]) == (t, heads * d)
    np.testing.assert_allclose(point.y, twin(x, heads), rtol=1e-11, atol=1e-13)
    check(point)


def test_more_tokens_and_features_than_a_tile_has(at, check, normal):
    t, d = 2 * tile().rows + 1, tile().columns(4) + 3
    x = normal(0, (2, t, 6 * d)) / 2
    point = at(Attention(2), [x])
    np.testing.assert_allclose(point.y, twin(x, 2), rtol=1e-11, atol=1e-13)
    check(point)


@pytest.mark.parametrize(("heads", "t", "d"), [(1, 5, 4), (3, 7, 2), (4, 17, 8), (2, 1, 3)])
def test_pytorch_agrees(heads, t, d, at, normal, like_torch):
    def theirs(F, x):
        n, c = x.shape[0], x.shape[2] // 3
        q, k, v = (part.reshape(n, t, heads, d).transpose(1, 2) for part in x.split(c, 2))
        return F.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(n, t, c)

    like_torch(at(Attention(heads), [normal(1, (2, t, 3 * heads * d))]), theirs)


@settings(max_examples=12, deadline=None, derandomize=True)
@given(n=st.integers(1, 3), t=st.integers(1, 9), heads=st.integers(1, 3), d=st.integers(1, 5), rate=st.sampled_from([0.1, 0.5, 0.9]))
def test_dropout_of_the_weights(n, t, heads, d, rate, at, check, normal):
    """The three witnesses, float32, any microbatches, and the twin with the numbers that dropout would draw."""
    x = normal(t, (n, t, 3 * heads * d))
    point = at(Attention(heads, rate), [x])
    np.testing.assert_allclose(point.y, twin(x, heads, drawn(n, heads, t, rate)), rtol=1e-11, atol=1e-13)
    check(point)


def test_pytorch_agrees_on_dropout(at, normal, like_torch):
    """softmax, then dropout, then V: what MultiheadAttention(dropout=p) does, with our draws."""
    heads, t, d, rate = 2, 7, 3, 0.4
    m = drawn(2, heads, t, rate, seed=5)

    def theirs(F, x):
        q, k, v = (part.reshape(2, t, heads, d).transpose(1, 2) for part in x.split(heads * d, 2))
        weights = F.softmax(q @ k.transpose(2, 3) / d**0.5, -1) * x.new_tensor(m)
        return (weights @ v).transpose(1, 2).reshape(2, t, heads * d)

    like_torch(at(Attention(heads, rate), [normal(1, (2, t, 3 * heads * d))], seed=5), theirs)


def test_dropout_keeps_the_mean_and_draws_anew(at, normal):
    x = normal(0, (1, 3, 6))
    still = at(Attention(1), [x])
    many = np.stack([at(Attention(1, 0.3), [x], seed=seed).y for seed in range(2000)])
    np.testing.assert_allclose(many.mean(0), still.y, atol=5 * many.std(0).max() / np.sqrt(2000))
    assert many.std(0).min() > 0.05
    point = at(Attention(1, 0.3), [np.repeat(x, 9, 0)])
    assert len({image.tobytes() for image in point.y}) > 6  # images differ
    first = point.y
    point.eager.clock[1] = 1
    assert (point.y != first).any()


def test_outside_of_training_nothing_is_dropped(at, normal, dtype):
    x = normal(0, (2, 5, 12))
    plain, thinned = (at(Attention(2, rate), [x], dtype=dtype, train=False).y for rate in (0.0, 0.7))
    np.testing.assert_array_equal(plain, thinned)
    np.testing.assert_array_equal(plain, at(Attention(2), [x], dtype=dtype).y)


def test_equal_keys_give_the_mean_and_a_huge_score_the_winner_alone(at, dtype):
    x = np.zeros((1, 3, 3))
    x[0, :, 2] = 1, 2, 6
    np.testing.assert_allclose(at(Attention(), [x], dtype=dtype).y[0, :, 0], 3, rtol=1e-6)
    x[0, :, 0], x[0, 1, 1] = 1e3, 1e3  # a score of 10⁶: exp of it is no number
    np.testing.assert_allclose(at(Attention(), [x], dtype=dtype).y[0, :, 0], 2, rtol=1e-6)


def test_a_nan_is_not_hidden(at, dtype, normal):
    x = normal(0, (1, 4, 6))
    x[0, 2, 3] = np.nan  # in a key
    assert np.isnan(at(Attention(), [x], dtype=dtype).y).all()


def test_multiply_adds():
    assert Attention(4).multiply_adds((50, 192)) == 2 * 50 * 50 * 64


def test_what_are_no_tokens_is_refused(refused):
    assert refused(Attention(2), (8, 8, 24)) == (
        "attention needs tokens (tokens×features), got 8×8×24\n  try: `patches` or `reshape: [64, 24]` before it"
    )
    assert "attention needs tokens (tokens×features), got a vector of 24" in refused(Attention(2), (24,))
    assert "attention of 2 heads needs 3 · 2 equal parts, got 9 features" in refused(Attention(2), (5, 9))
