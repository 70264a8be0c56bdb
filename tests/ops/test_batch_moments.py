"""The sums over a batch, against plain ones in float64."""

from __future__ import annotations

import numpy as np
import pytest

from fitcli.ops import batch_moments

EPS = 1e-5


@pytest.fixture
def case(normal, dtype):
    """Arrays of 3 × 5 × 5 pixels of 7 channels (75 rows: more than one block of sums) in the type at hand."""
    names = ("scale", "mean", "gamma", "beta")
    vectors = {n: normal(10 + i, (7,)).astype(dtype) for i, n in enumerate(names)}
    return {"x": normal(1, (3, 5, 5, 7)).astype(dtype), **vectors}


def channels(a):
    return a.astype("f8").reshape(-1, a.shape[-1])


def near(dtype):
    return {"rtol": 0, "atol": 2000 * np.finfo(dtype).eps}


def test_add_moments(case, dtype):
    part = np.arange(14.0)
    batch_moments.add_moments(part, case["x"])
    rows = channels(case["x"])
    np.testing.assert_allclose(part, np.arange(14) + np.concatenate([rows.sum(0), (rows**2).sum(0)]), **near(dtype))


def test_batch_affine_and_running(case, dtype):
    rows, count = channels(case["x"]), 75
    total = np.concatenate([rows.sum(0), (rows**2).sum(0)])
    out = [np.full(7, np.nan, dtype) for _ in range(4)]
    batch_moments.batch_affine(*out, total, count, case["gamma"], case["beta"], EPS)
    mean, inverse = rows.mean(0), 1 / np.sqrt(rows.var(0) + EPS)
    scale = case["gamma"] * inverse
    for found, wanted in zip(out, [scale, case["beta"] - mean * scale, mean, inverse], strict=True):
        np.testing.assert_allclose(found, wanted, **near(dtype))
    running = [case["mean"].copy(), case["scale"].copy()]
    batch_moments.update_running(*running, total, count, 0.3)
    np.testing.assert_allclose(running[0], 0.7 * case["mean"] + 0.3 * mean, **near(dtype))
    np.testing.assert_allclose(running[1], 0.7 * case["scale"] + 0.3 * rows.var(0, ddof=1), **near(dtype))


@pytest.mark.parametrize("with_bias", [True, False])
@pytest.mark.parametrize(("shape", "parts"), [((3, 2, 4, 7), 1), ((3, 2, 4, 7), 5), ((1, 1, 7), 3), ((600, 7), 2)])
def test_fold_affine(shape, parts, with_bias, case, normal, dtype):
    w, b = (a.astype(dtype) for a in normal(2, shape, (7,)))
    weight, bias = np.full(shape, np.nan, dtype), np.full(7, np.nan, dtype)
    for part in range(parts):
        args = w, b if with_bias else None, case["scale"], case["mean"]
        batch_moments.fold_affine(weight, bias, *args, part, parts)
    np.testing.assert_array_equal(weight, w * case["scale"])
    np.testing.assert_allclose(bias, case["mean"] + (b * case["scale"] if with_bias else 0), **near(dtype))


@pytest.mark.parametrize("c", [1, 511, 512, 513, 1030])
def test_more_channels_than_are_worked_on_at_once(c, normal, dtype):
    x = normal(3, (70, c)).astype(dtype)
    part = np.zeros(2 * c)
    batch_moments.add_moments(part, x)
    rows = channels(x)
    wanted = np.concatenate([rows.sum(0), (rows**2).sum(0)])
    size = np.tile((rows**2).sum(0), 2)
    np.testing.assert_allclose((part - wanted) / size, 0, atol=300 * np.finfo(dtype).eps)


@pytest.mark.parametrize("offset", [1e2, 1e4, 1e6])
def test_no_digits_are_lost_to_a_large_mean(offset, normal):
    """The variance of float32 numbers far from zero, to 1e-5 of itself: Σ x² alone would keep none of its digits."""
    x = (offset + 10 * normal(4, (500, 6))).astype("f4")
    part = np.zeros(12)
    batch_moments.add_moments(part, x)
    mean = part[:6] / 500
    np.testing.assert_allclose(part[6:] / 500 - mean**2, channels(x).var(0), rtol=1e-5)
