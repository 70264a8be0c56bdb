from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from fitcli.ops import batchnorm
from fitcli.ops.batchnorm import BatchNorm
from fitcli.ops.dense import Dense
from fitcli.ops.maxpool import MaxPool
from fitcli.ops.relu import ReLU

EPS, MOMENTUM = 1e-5, 0.1


def normalised(x, gamma, beta, clip=False, eps=EPS):
    """(y, mean, variance) by the definition, in two passes over the numbers."""
    rows = x.reshape(-1, x.shape[-1]).astype("f8")
    mean = rows.sum(0) / len(rows)
    var = ((rows - mean) ** 2).sum(0) / len(rows)
    y = gamma * (x - mean) / np.sqrt(var + eps) + beta
    return (np.maximum(y, 0) if clip else y), mean, var


def affine_of(normal, c, seed=5):
    gamma, beta, mean, var = normal(seed, *[(c,)] * 4)
    return [gamma, beta], [mean, np.abs(var) + 0.5]


def point_of(at, normal, op, shape, seed=0, **settings):
    ws, state = affine_of(normal, shape[-1])
    return at(op, [2 * normal(seed, shape) + 1], ws, state, **settings)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(n=st.integers(1, 5), image=st.lists(st.integers(1, 6), max_size=2), c=st.integers(1, 9), clip=st.booleans())
def test_three_witnesses_at_odd_shapes(n, image, c, clip, at, check, normal):
    shape = (n, *image, c) if len(image) != 1 else (n, *image, 1, c)
    assume(np.prod(shape[:-1]) >= 4)
    point = point_of(at, normal, BatchNorm(clip=clip), shape, seed=n)
    np.testing.assert_allclose(point.y, normalised(point.xs[0], *point.ws, clip)[0], rtol=0, atol=1e-12)
    check(point, tolerance=3e-4)


@pytest.mark.parametrize("cut", [[6], [1] * 6, [2, 4], [5, 1]])
def test_mean_and_variance_are_of_the_whole_batch(cut, at, normal):
    point = point_of(at, normal, BatchNorm(), (6, 3, 4, 2))
    (x,), (gamma, beta), (mean, var) = point.xs, point.ws, point.state
    y, _, _, state = point.in_pieces(cut)
    wanted, batch_mean, batch_var = normalised(x, gamma, beta)
    np.testing.assert_allclose(y, wanted, atol=1e-12)
    np.testing.assert_allclose(state[0], 0.9 * mean + 0.1 * batch_mean, rtol=1e-12)
    np.testing.assert_allclose(state[1], 0.9 * var + 0.1 * batch_var * 72 / 71, rtol=1e-12)  # unbiased, once a batch


def test_outside_of_training_the_running_statistics_count_and_stay(at, normal, dtype):
    point = point_of(at, normal, BatchNorm(clip=True), (3, 4, 5, 7), train=False, dtype=dtype)
    (x,), (gamma, beta), (mean, var) = ([a.astype("f8") for a in group] for group in (point.xs, point.ws, point.state))
    y, _, _, state = point.in_pieces([1, 2])
    wanted = np.maximum(gamma * (x - mean) / np.sqrt(var + EPS) + beta, 0)
    np.testing.assert_allclose(y, wanted, atol=60 * np.finfo(dtype).eps)
    for a, b in zip(state, point.state, strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("shape", [(1, 1, 1, 3), (1, 3), (4, 2, 2, 3)])
def test_channels_that_do_not_vary_become_beta(shape, at, dtype):
    """Also a batch of one pixel, whose variance has no unbiased estimate."""
    beta = np.array([0.5, -1, 2])
    point = at(BatchNorm(), [np.full(shape, 7.0)], [np.ones(3), beta], [np.zeros(3), np.ones(3)], dtype=dtype)
    y, (x_bar,), (gamma_bar, beta_bar), state = point.in_pieces([shape[0]], np.ones(shape))
    count = np.prod(shape[:-1])
    np.testing.assert_allclose(y, np.broadcast_to(beta, shape), atol=1e-3 if dtype == "f4" else 1e-12)
    np.testing.assert_allclose(x_bar, 0, atol=1e-2 if dtype == "f4" else 1e-9)
    np.testing.assert_allclose(gamma_bar, 0, atol=1e-3 if dtype == "f4" else 1e-9)
    np.testing.assert_allclose(beta_bar, count)
    np.testing.assert_allclose(state, [[0.7] * 3, [0.9] * 3], rtol=1e-6)


@pytest.mark.parametrize("offset", [1, 30, 1000, 30_000])
def test_a_mean_far_from_zero_in_float32(offset, at, normal):
    """As good as float32 itself: scale · x rounds at offset · eps."""
    x = (offset + normal(0, (16, 8, 8, 3))).astype("f4")
    y = at(BatchNorm(), [x], [np.ones(3), np.zeros(3)], [np.zeros(3), np.ones(3)], dtype="f4").y
    wanted = normalised(x, np.ones(3), np.zeros(3))[0]
    np.testing.assert_allclose(y, wanted, rtol=0, atol=max(2e-6, 2 * offset * np.finfo("f4").eps))


@pytest.mark.parametrize("clip", [False, True])
def test_nan_passes_the_clip_and_stays_in_its_channel(clip, at, normal, dtype):
    x = normal(0, (3, 2, 2, 4))
    x[1, 0, 1, 2] = np.nan
    y = at(BatchNorm(clip=clip), [x], [np.ones(4), np.zeros(4)], [np.zeros(4), np.ones(4)], dtype=dtype).y
    assert np.isnan(y[..., 2]).all() and np.isfinite(y[..., [0, 1, 3]]).all()


def test_gradients_do_not_move_the_mean_nor_the_spread(at, normal):
    """Adding a number to a channel, or stretching it, changes nothing (for ε = 0)."""
    point = point_of(at, normal, BatchNorm(eps=0.0), (4, 3, 3, 5))
    x_bar = point.pull(normal(9, (4, 3, 3, 5)))[0][0]
    np.testing.assert_allclose(x_bar.sum((0, 1, 2)), 0, atol=1e-13)
    np.testing.assert_allclose((x_bar * point.xs[0]).sum((0, 1, 2)), 0, atol=1e-13)


def test_what_it_takes_along():
    assert BatchNorm(0.2, 1e-3).absorb(ReLU()) == BatchNorm(0.2, 1e-3, clip=True)
    assert BatchNorm(clip=True).absorb(ReLU()) is None and BatchNorm().absorb(Dense(3)) is None
    pooled = BatchNorm(0.2, 1e-3, True).absorb(MaxPool((2, 2), (2, 2)))
    assert (pooled.name, pooled.momentum, pooled.eps, pooled.clip) == ("batchnorm_pool", 0.2, 1e-3, True)
    assert BatchNorm().absorb(MaxPool((3, 3), (2, 2))) is None
    assert BatchNorm().absorb(MaxPool((2, 2), (2, 2), (1, 1))) is None


def test_in_evaluation_it_is_the_bias_of_what_is_linear():
    assert BatchNorm(clip=True).behind(Dense(3, bias=False)) == (Dense(3, clip=True),)
    assert BatchNorm().behind(Dense(3, clip=True)) is None and BatchNorm().behind(MaxPool((2, 2), (2, 2))) is None


# The kernels, one by one

@pytest.fixture
def case(normal, dtype):
    """Arrays of 3 × 5 × 5 pixels of 7 channels (75 rows: more than one block of sums) in the type at hand."""
    draw = lambda seed, *shape: normal(seed, shape).astype(dtype)  # noqa: E731
    names = ("scale", "shift", "mean", "inverse", "gamma", "beta", "gamma_dot", "beta_dot")
    return {"x": draw(1, 3, 5, 5, 7), "g": draw(2, 3, 5, 5, 7), **{n: draw(10 + i, 7) for i, n in enumerate(names)}}


def channels(a):
    return a.astype("f8").reshape(-1, a.shape[-1])


def near(dtype):
    return {"rtol": 0, "atol": 2000 * np.finfo(dtype).eps}


def test_a_variance_that_rounding_makes_negative_counts_as_zero(dtype):
    out, ones = [np.zeros(1, dtype) for _ in range(4)], np.ones(1, dtype)
    total = np.array([30.0, 90.0 * (1 - 1e-9)])
    batchnorm.batch_affine(*out, total, 10, ones, ones, EPS)
    assert out[3][0] == pytest.approx(1 / np.sqrt(EPS), rel=1e-5)
    var = np.zeros(1, dtype)
    batchnorm.update_running(np.zeros(1, dtype), var, total, 10, 0.5)
    assert var[0] == 0


def test_running_affine(case, dtype):
    out, var = [np.full(7, np.nan, dtype) for _ in range(2)], np.abs(case["scale"])
    batchnorm.running_affine(*out, case["mean"], var, case["gamma"], case["beta"], EPS)
    scale = case["gamma"] / np.sqrt(var.astype("f8") + EPS)
    np.testing.assert_allclose(out[0], scale, rtol=1e-3 if dtype == "f4" else 1e-11)
    np.testing.assert_allclose(out[1], case["beta"] - case["mean"] * out[0], **near(dtype))


@pytest.mark.parametrize("clip", [False, True])
def test_affine(case, clip, dtype):
    y = np.full_like(case["x"], np.nan)
    batchnorm.affine(y, case["x"], case["scale"], case["shift"], clip)
    wanted = case["x"].astype("f8") * case["scale"] + case["shift"]
    np.testing.assert_allclose(y, np.maximum(wanted, 0) if clip else wanted, **near(dtype))


def behind(case, clip):
    """(ĝ, x̂) as rows of channels."""
    on = channels(case["x"]) * case["scale"] + case["shift"] > 0 if clip else True
    return np.where(on, channels(case["g"]), 0), (channels(case["x"]) - case["mean"]) * case["inverse"]


@pytest.mark.parametrize("clip", [False, True])
def test_add_pulled_and_centre(case, clip, dtype):
    g, x_hat = behind(case, clip)
    part = np.arange(14.0)
    args = [case[name] for name in ("scale", "shift", "mean", "inverse")]
    batchnorm.add_pulled(part, case["g"], case["x"], *args, clip)
    total = np.concatenate([g.sum(0), (g * x_hat).sum(0)])
    np.testing.assert_allclose(part, np.arange(14) + total, **near(dtype))
    out = np.full_like(case["x"], np.nan)
    batchnorm.centre(out, case["g"], case["x"], total, 75, *args, clip)
    wanted = case["scale"] * (g - total[:7] / 75 - x_hat * total[7:] / 75)
    np.testing.assert_allclose(channels(out), wanted, **near(dtype))


def test_add_affine_gradients(case, dtype):
    gamma_bar, beta_bar, total = case["gamma"].copy(), case["beta"].copy(), np.arange(14.0)
    batchnorm.add_affine_gradients(gamma_bar, beta_bar, total)
    np.testing.assert_allclose(gamma_bar, case["gamma"] + total[7:], rtol=1e-6)
    np.testing.assert_allclose(beta_bar, case["beta"] + total[:7], rtol=1e-6)


@pytest.mark.parametrize("clip", [False, True])
def test_add_affine_tangents(case, clip, dtype):
    y_dot = case["g"].copy()
    batchnorm.add_affine_tangents(y_dot, case["x"], case["mean"], case["inverse"], case["gamma_dot"], case["beta_dot"],
                                  case["scale"], case["shift"], clip)  # fmt: skip
    _, x_hat = behind(case, False)
    wanted = channels(case["g"]) + case["gamma_dot"] * x_hat + case["beta_dot"]
    if clip:
        wanted = np.where(channels(case["x"]) * case["scale"] + case["shift"] > 0, wanted, 0)
    np.testing.assert_allclose(channels(y_dot), wanted, **near(dtype))
