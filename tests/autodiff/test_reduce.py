import numpy as np
import pytest

from fitcli.autodiff.params import gradient_vectors
from fitcli.autodiff.reduce import add_gradients, add_parts


def test_add_parts_sums_and_clears():
    parts, total = np.arange(6.0).reshape(3, 2), np.full(2, 9.0)
    add_parts(total, parts)
    np.testing.assert_array_equal(total, [6, 9])
    assert not parts.any()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_add_gradients_sums_a_slice_and_its_square(dtype):
    gradients = gradient_vectors(type("L", (), {"size": 4096}), 3, dtype)
    rng = np.random.default_rng(0)
    gradients[...] = rng.standard_normal(gradients.shape)
    before, squares = gradients.astype(np.float64), np.zeros(2)
    add_gradients(gradients, squares, 1, 16, 4000, 3, False)
    wanted = before[:, 16:4000].sum(0)
    np.testing.assert_allclose(gradients[0, 16:4000], wanted, atol=1e-6 if dtype == np.float32 else 1e-14)
    np.testing.assert_array_equal(gradients[0, :16], before[0, :16])
    assert squares[0] == 0 and squares[1] == pytest.approx((wanted**2).sum(), rel=1e-5)
    square = squares[1]
    add_gradients(gradients, squares, 1, 16, 4000, 1, True)  # one vector: only its norm, on top
    np.testing.assert_allclose(gradients[0, 16:4000], wanted, atol=1e-6 if dtype == np.float32 else 1e-14)
    assert squares[1] == pytest.approx(2 * square)
