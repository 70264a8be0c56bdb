import numpy as np
import pytest

from fitcli.ops.upsample_bilinear import UpsampleBilinear, between


def matrix(n, factor):
    """Row i has the weights of output pixel i."""
    m = np.zeros((n * factor, n))
    for i in range(n * factor):
        at = min(max((i + 0.5) / factor - 0.5, 0), n - 1)
        for j in range(n):
            m[i, j] = max(0.0, 1 - abs(at - j))
    return m


@pytest.mark.parametrize("shape", [(2, 3, 4, 2), (1, 1, 5, 1), (1, 2, 1, 3)])
@pytest.mark.parametrize("factor", [(2, 2), (1, 3), (4, 1), (1, 1)])
def test_three_witnesses_and_the_twin(shape, factor, at, check, normal, like_torch):
    point = at(UpsampleBilinear(factor), [normal(0, shape)])
    wanted = np.einsum("ra,nabc,qb->nrqc", matrix(shape[1], factor[0]), point.xs[0], matrix(shape[2], factor[1]))
    np.testing.assert_allclose(point.y, wanted, rtol=1e-13, atol=1e-15)
    assert point.y.shape[1:] == UpsampleBilinear(factor).shape(shape[1:])
    check(point)
    like_torch(point, lambda F, x: F.interpolate(x, scale_factor=factor, mode="bilinear"))


def test_neighbours_and_weights():
    places, weights = between(3, 2, "f8")
    assert places.tolist() == [[0, 1], [0, 1], [0, 1], [1, 2], [1, 2], [1, 2]]
    np.testing.assert_allclose(weights[:, 1], [0, 0.25, 0.75, 0.25, 0.75, 1])
    np.testing.assert_array_equal(weights.sum(1), 1)
    assert between(1, 3, "f4")[0].tolist() == [[0, 0]] * 3


def test_a_vector_is_refused(refused):
    assert "upsample needs an image" in refused(UpsampleBilinear(), (64,))
