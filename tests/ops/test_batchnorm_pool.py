"""The fused op is its three parts one behind the other, and each of its kernels what its docstring says."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fitcli.autodiff.eager import Eager
from fitcli.autodiff.graph import Builder, Graph, fuse
from fitcli.ops import batchnorm_pool
from fitcli.ops.batchnorm import BatchNorm
from fitcli.ops.batchnorm_pool import BatchNormPool
from fitcli.ops.dense import Dense
from fitcli.ops.maxpool import MaxPool
from fitcli.ops.relu import ReLU


def parts(x, gamma, beta, state, clip, train=True):
    """The graph of the parts, its weights, and the node of x."""
    g = Builder(2)
    node = g.input("x", x.shape[1:])
    params = [g.param(n, gamma.shape, None, trained=n in "ab") for n in "abmv"]
    y = g.apply(BatchNorm(), node, params=tuple(params))
    y = g.apply(ReLU(), y) if clip else y
    y = g.apply(MaxPool((2, 2), (2, 2)), y)
    return Graph(tuple(g.nodes), y), dict(zip(params, [gamma, beta, *state], strict=True)), node


def point_of(at, normal, shape, clip, seed=0, **settings):
    c = shape[-1]
    x, gamma, beta = normal(seed, shape, (c,), (c,))
    return at(BatchNormPool(clip=clip), [x], [gamma, beta], [np.zeros(c), np.ones(c)], **settings)


shapes = st.tuples(st.integers(1, 4), st.integers(2, 7), st.integers(2, 7), st.integers(1, 9))


@settings(max_examples=25, deadline=None, derandomize=True)
@given(shape=shapes, clip=st.booleans())
def test_three_witnesses_at_odd_shapes(shape, clip, at, check, normal):
    check(point_of(at, normal, shape, clip, seed=sum(shape)), tolerance=3e-4)


@pytest.mark.parametrize("train", [True, False])
@pytest.mark.parametrize("clip", [False, True])
def test_it_is_its_parts(clip, train, at, normal):
    point = point_of(at, normal, (3, 7, 6, 5), clip, train=train)
    graph, weights, node = parts(point.xs[0], *point.ws, point.state, clip)
    assert [n.op for n in fuse(graph).nodes[1:]] == [point.op]
    eager = Eager(graph, weights, train=train)
    inputs = {node: point.xs[0]}
    np.testing.assert_allclose(point.y, eager.forward(inputs).value[graph.output], atol=1e-13)
    if not train:
        return
    x_dot, *w_dots, y_bar = normal(1, (3, 7, 6, 5), (5,), (5,), (3, 3, 3, 5))
    pushed = eager.push_forward(eager.forward(inputs), {node: x_dot}, dict(zip(list(weights)[:2], w_dots, strict=True)))
    np.testing.assert_allclose(point.push([x_dot], w_dots), pushed, atol=1e-12)
    x_bars, w_bars = eager.pull_back(eager.forward(inputs), y_bar)
    (x_bar,), found = point.pull(y_bar)
    np.testing.assert_allclose(x_bar, x_bars[node], atol=1e-12)
    np.testing.assert_allclose(found, list(w_bars.values()), atol=1e-12)


def test_a_negative_gamma_pools_after_and_not_before(at):
    x = np.arange(4.0).reshape(1, 2, 2, 1)
    y = at(BatchNormPool(), [x], [[-1.0], [0.0]], [[0.0], [1.0]]).y
    assert y.item() == pytest.approx(1.5 / np.sqrt(1.25 + 1e-5))


def test_an_odd_last_row_and_column_count_for_the_moments_alone(at, normal):
    point = point_of(at, normal, (2, 5, 3, 4), False)
    x_bar = point.pull(normal(1, point.y.shape))[0][0]
    assert point.y.shape == (2, 2, 1, 4)
    assert (x_bar[:, 4] != 0).all() and (x_bar[:, :, 2] != 0).all()
    np.testing.assert_allclose(x_bar.sum((0, 1, 2)), 0, atol=1e-12)


def test_it_takes_nothing_along_and_refuses_like_maxpool(refused):
    assert BatchNormPool().absorb(ReLU()) is None
    assert refused(BatchNormPool(), (1, 9, 3)) == (
        "maxpool 2×2 does not fit into 1×9×3\n  try: a smaller size or fewer pooling layers"
    )


def test_in_evaluation_only_the_pooling_stays():
    assert BatchNormPool(clip=True).behind(Dense(3)) == (Dense(3, clip=True), MaxPool((2, 2), (2, 2)))
    assert BatchNormPool().behind(ReLU()) is None


@pytest.mark.parametrize("clip", [False, True])
def test_nan_is_not_lost(clip, at, normal, dtype):
    x = normal(0, (2, 4, 4, 3))
    x[0, 1, 1, 1] = np.nan
    y = at(BatchNormPool(clip=clip), [x], [np.ones(3), np.zeros(3)], [np.zeros(3), np.ones(3)], dtype=dtype).y
    assert np.isnan(y[..., 1]).all() and np.isfinite(y[..., [0, 2]]).all()


# The kernels, one by one

QUAD = [(0, 0), (0, 1), (1, 0), (1, 1)]


@pytest.fixture(params=[False, True])
def case(request, normal, dtype):
    """x of 5 × 7 pixels, its map, and what the twin of `affine_max` makes of it."""
    x, bar, scale, shift, mean, inverse = (a.astype(dtype) for a in normal(3, (4, 5, 7, 5), (4, 2, 3, 5), *[(5,)] * 4))
    z = x.astype("f8") * scale + shift
    y, place, best = (np.zeros((4, 2, 3, 5)) for _ in range(3))
    for i, r, q, k in np.ndindex(y.shape):
        four = [z[i, 2 * r + a, 2 * q + b, k] for a, b in QUAD]
        p = int(np.argmax(four))
        y[i, r, q, k], place[i, r, q, k] = four[p], p
        best[i, r, q, k] = x[i, 2 * r + QUAD[p][0], 2 * q + QUAD[p][1], k]
    if request.param:
        place[y <= 0] = -1
        y = np.maximum(y, 0)
    return {"x": x, "bar": bar, "scale": scale, "shift": shift, "mean": mean, "inverse": inverse, "clip": request.param,
            "y": y, "place": place.astype(dtype), "best": best.astype(dtype)}  # fmt: skip


def near(dtype):
    return {"rtol": 0, "atol": 1000 * np.finfo(dtype).eps}


def scattered(case):
    """ĝ: y_bar at the places of the maxima, at the size of x."""
    g = np.zeros(case["x"].shape)
    for i, r, q, k in np.ndindex(case["bar"].shape):
        if (p := int(case["place"][i, r, q, k])) >= 0:
            g[i, 2 * r + QUAD[p][0], 2 * q + QUAD[p][1], k] = case["bar"][i, r, q, k]
    return g


def test_affine_max(case, dtype):
    y, place, best = (np.full(case["y"].shape, np.nan, dtype) for _ in range(3))
    batchnorm_pool.affine_max(y, place, best, case["x"], case["scale"], case["shift"], case["clip"])
    np.testing.assert_allclose(y, case["y"], **near(dtype))
    np.testing.assert_array_equal(place, case["place"])
    np.testing.assert_array_equal(best, case["best"])


def test_affine_max_takes_the_first_of_equals_and_any_nan(dtype):
    x = np.zeros((1, 2, 2, 6), dtype)
    for k, (a, b) in enumerate(QUAD):
        x[0, a, b, k + 1] = np.nan
    y, place, best = (np.zeros((1, 1, 1, 6), dtype) for _ in range(3))
    batchnorm_pool.affine_max(y, place, best, x, np.ones(6, dtype), np.ones(6, dtype), True)
    np.testing.assert_array_equal(y.ravel(), [1, *[np.nan] * 4, 1])
    assert place.ravel().tolist() == [0, 0, 1, 2, 3, 0]


def test_add_pulled_best_and_centre_best(case, dtype):
    g, x, scale = scattered(case), case["x"].astype("f8"), case["scale"]
    x_hat = (x - case["mean"]) * case["inverse"]
    part = np.arange(10.0)
    batchnorm_pool.add_pulled_best(part, case["bar"], case["place"], case["best"], case["mean"], case["inverse"])
    total = np.concatenate([g.sum((0, 1, 2)), (g * x_hat).sum((0, 1, 2))])
    np.testing.assert_allclose(part, np.arange(10) + total, **near(dtype))
    x_bar = np.full_like(case["x"], np.nan)
    batchnorm_pool.centre_best(x_bar, case["bar"], case["place"], case["x"], total, 140,
                               scale, case["mean"], case["inverse"])  # fmt: skip
    np.testing.assert_allclose(x_bar, scale * (g - total[:5] / 140 - x_hat * total[5:] / 140), **near(dtype))


def test_push_best(case, dtype):
    y_dot = np.full(case["bar"].shape, np.nan, dtype)
    batchnorm_pool.push_best(y_dot, case["x"], case["place"])
    np.testing.assert_array_equal(y_dot, np.where(case["place"] >= 0, case["best"], 0))
