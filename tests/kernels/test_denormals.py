import numpy as np
import pytest

from fitcli.kernels.denormals import flushing
from fitcli.kernels.kernel import kernel

pytestmark = pytest.mark.skipif(not flushing()[0], reason="denormals are only switched off on x86")


@kernel
def scale(y, x, factor):
    for i in range(x.size):
        y[i] = factor * x[i]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_denormals_are_0_as_operands_and_as_results(dtype):
    tiny = np.finfo(dtype).tiny
    x, y = np.array([tiny / 4, tiny, -tiny, 1], dtype), np.ones(4, dtype)
    scale(y, x, 0.5)
    np.testing.assert_array_equal(y, np.array([0, 0, 0, 0.5], dtype))
    scale(y, x, 1e30)
    assert y[0] == 0 and y[1] > 0 > y[2]


def test_outside_of_kernels_nothing_changes():
    tiny = np.finfo(np.float32).tiny
    scale(np.ones(1, np.float32), np.ones(1, np.float32), 1.0)
    assert np.float32(tiny) / np.float32(2) > 0


def test_moments_of_what_has_no_gradient_come_to_rest_at_0():
    from fitcli.optim.adam import adam

    p, g, m, v = (np.zeros(4, np.float32) for _ in range(4))
    m[:] = 1e-3
    hyper, settings = np.array([1e-3, 1, 0]), np.array([0.9, 0.999, 1e-8, 0.0])
    for _ in range(900):
        adam(p, g, m, v, hyper, settings, False)
    assert not m.any()
