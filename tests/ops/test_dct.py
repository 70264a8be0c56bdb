from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fitcli.ops.dct import DCT


def wave(n):
    """C[k, i], number by number."""
    c = np.zeros((n, n))
    for k, i in np.ndindex(n, n):
        c[k, i] = np.sqrt((1 if k == 0 else 2) / n) * np.cos(np.pi * k * (2 * i + 1) / (2 * n))
    return c


def twin(op, x):
    h, w = x.shape[1:3]
    bh, bw = op.block or (h, w)
    y, down, across = np.zeros(x.shape), wave(bh), wave(bw)
    if op.inverse:
        down, across = down.T, across.T
    for r in range(0, h, bh):
        for q in range(0, w, bw):
            y[:, r : r + bh, q : q + bw] = np.einsum("ar,bq,nrqc->nabc", down, across, x[:, r : r + bh, q : q + bw])
    return y


@st.composite
def cases(draw):
    block = draw(st.tuples(*[st.integers(1, 5)] * 2))
    h, w = (b * draw(st.integers(1, 3)) for b in block)
    op = DCT(draw(st.sampled_from([None, block])), draw(st.booleans()))
    return op, (draw(st.integers(1, 3)), h, w, draw(st.integers(1, 4)))


@settings(max_examples=15, deadline=None, derandomize=True)
@given(case=cases())
def test_three_witnesses_and_the_twin_at_odd_shapes(case, at, check, normal):
    op, shape = case
    assert op.shape(shape[1:]) == shape[1:]
    point = at(op, [normal(1, shape)])
    np.testing.assert_allclose(point.y, twin(op, point.xs[0]), atol=1e-13)
    check(point)


@pytest.mark.parametrize("op", [DCT(), DCT((2, 7)), DCT(inverse=True)])
def test_an_orthonormal_change_of_basis(op, at, normal):
    """Columns are orthonormal, so lengths and angles are kept, and the transpose is the inverse."""
    shape = (6, 7, 2)
    unit = np.eye(84).reshape(84, *shape)
    matrix = at(op, [unit]).y.reshape(84, 84)
    np.testing.assert_allclose(matrix @ matrix.T, np.eye(84), atol=1e-13)
    x = normal(0, (3, *shape))
    point = at(op, [x])
    np.testing.assert_allclose(np.linalg.norm(point.y), np.linalg.norm(x), rtol=1e-13)
    np.testing.assert_allclose(point.pull(point.y)[0][0], x, atol=1e-13)
    back = DCT(op.block, not op.inverse)
    np.testing.assert_allclose(at(back, [point.y]).y, x, atol=1e-13)


def test_a_constant_image_is_one_number(at):
    y = at(DCT(), [np.full((1, 4, 9, 1), 2.0)]).y
    assert y[0, 0, 0, 0] == pytest.approx(2 * np.sqrt(36))
    assert abs(y.reshape(-1)[1:]).max() < 1e-13


def test_eight_by_eight_blocks_know_nothing_of_each_other(at, normal):
    x = normal(0, (1, 16, 24, 3))
    y = at(DCT((8, 8)), [x]).y
    x[0, 8:, 8:16] = 0
    z = at(DCT((8, 8)), [x]).y
    assert not z[0, 8:, 8:16].any()
    z[0, 8:, 8:16] = y[0, 8:, 8:16]
    np.testing.assert_array_equal(z, y)


def test_multiply_adds():
    assert DCT().multiply_adds((28, 20, 3)) == 28 * 20 * 3 * 48
    assert DCT((8, 8)).multiply_adds((128, 128, 3)) == 128 * 128 * 3 * 16


def test_blocks_that_do_not_fit_are_refused(refused):
    said = refused(DCT((8, 8)), (28, 28, 1))
    assert said == (
        "dct cannot cut 28×28×1 into blocks of 8×8\n"
        "  allowed: blocks that divide height and width: 2, 4, 7, 14, 28\n"
        "  try: `dct` without `block` for the whole image, or a `pad` before it"
    )
    assert "dct needs an image" in refused(DCT(), (64,))
