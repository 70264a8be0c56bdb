from __future__ import annotations

import hashlib

import numpy as np
import pytest

from fitcli.ops.dropout import Dropout, mask

WORD = (1 << 64) - 1


def mix(z):
    z = (z + 0x9E3779B97F4A7C15) & WORD
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & WORD
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & WORD
    return z ^ (z >> 31)


def kept(seed, stream, step, first, n, size, rate):
    """Which numbers stay, one after the other in plain integers."""
    key = mix(mix(mix(seed) ^ stream) ^ step)
    draws = [(mix(key ^ mix(first * size + i)) >> 11) / 2**53 for i in range(n * size)]
    return np.array([u >= rate for u in draws])


@pytest.mark.parametrize("rate", [0.0, 0.1, 0.5, 0.9])
def test_against_the_twin(rate, dtype, normal):
    x = normal(0, (3, 4, 5)).astype(dtype)
    y = np.full_like(x, np.nan)
    mask(y, x, np.array([7, 11]), 99, 2, rate)
    wanted = np.where(kept(7, 99, 11, 2, 3, 20, rate).reshape(x.shape), x / (1 - rate), 0)
    np.testing.assert_allclose(y, wanted, rtol=8 * np.finfo(dtype).eps)


def test_the_stream_comes_from_the_name_of_the_node(at):
    y = at(Dropout(0.5), [np.ones((4, 25))], name="3.dropout", seed=5).y
    stream = int.from_bytes(hashlib.sha256(b"3.dropout").digest()[:7], "little")
    np.testing.assert_array_equal(y.ravel(), 2 * kept(5, stream, 0, 0, 4, 25, 0.5))


@pytest.mark.parametrize("rate", [0.05, 0.3, 0.5, 0.8])
def test_the_rate_is_respected_and_the_mean_kept(rate, at):
    n = 40000
    y = at(Dropout(rate), [np.ones((40, 1000))], seed=1).y
    lost = (y == 0).sum()
    assert abs(lost - rate * n) < 4 * np.sqrt(rate * (1 - rate) * n)
    np.testing.assert_allclose(y[y != 0], 1 / (1 - rate))
    by_image = (y == 0).mean(1)
    assert by_image.std() == pytest.approx(np.sqrt(rate * (1 - rate) / 1000), rel=0.5)  # images differ, columns too
    assert len({row.tobytes() for row in y}) == 40


@pytest.mark.parametrize("rate", [0.2, 0.5])
def test_one_mask_for_forward_push_and_pull(rate, at):
    ones = np.ones((5, 30))
    point = at(Dropout(rate), [ones])
    np.testing.assert_array_equal(point.push([ones]), point.y)
    np.testing.assert_array_equal(point.pull(ones)[0][0], point.y)


def test_the_mask_does_not_depend_on_the_microbatch(at, pieces, normal):
    pieces(at(Dropout(0.5), [normal(0, (7, 3, 5))]), [3, 4], [2, 2, 3], [6, 1])


def test_the_same_mask_in_both_types(at, normal):
    x = normal(0, (50, 40))
    a, b = (at(Dropout(0.3), [x], dtype=d).y for d in ("f4", "f8"))
    np.testing.assert_array_equal(a == 0, b == 0)


def test_seed_name_and_step_each_draw_anew(at):
    x = np.ones((4, 100))
    masks = [at(Dropout(0.5), [x], seed=s, name=n).y for s in (0, 1) for n in ("a", "b")]
    later = at(Dropout(0.5), [x], name="a")
    later.eager.clock[1] = 1
    masks.append(later.y)
    for i, a in enumerate(masks):
        for b in masks[:i]:
            assert 0.3 < (a == b).mean() < 0.7


def test_outside_of_training_it_is_the_identity(at, normal, dtype):
    x = normal(0, (3, 4, 5))
    np.testing.assert_array_equal(at(Dropout(0.9), [x], train=False, dtype=dtype).y, x.astype(dtype))


def test_a_dropped_nan_is_dropped_and_a_kept_one_is_kept(at):
    y = at(Dropout(0.5), [np.full((2, 50), np.nan)]).y
    reference = at(Dropout(0.5), [np.ones((2, 50))]).y
    np.testing.assert_array_equal(np.isnan(y), reference != 0)
