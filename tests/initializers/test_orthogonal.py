import numpy as np
import pytest

from fitcli.initializers.orthogonal import Orthogonal


@pytest.mark.parametrize("shape", [(7, 5), (5, 7), (3, 3, 2, 8), (1, 1, 2, 9)])
def test_columns_or_rows_are_orthonormal(draw, shape):
    w = draw(Orthogonal(2.0), shape).reshape(-1, shape[-1]) / 2
    gram = w.T @ w if w.shape[0] >= w.shape[1] else w @ w.T
    np.testing.assert_allclose(gram, np.eye(len(gram)), atol=1e-14)


def test_signs_are_random(draw):
    """LAPACK's own signs would make the first column point one way."""
    firsts = [draw(Orthogonal(), (4, 4), seed=seed)[0, 0] for seed in range(40)]
    assert 8 < sum(first > 0 for first in firsts) < 32
