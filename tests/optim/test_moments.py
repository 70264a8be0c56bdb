import numpy as np
import pytest

from fitcli.kernels.kernel import kernel
from fitcli.optim.moments import once


@kernel
def told(found, p, hyper, settings, decoupled):
    """What `once` says, in float64."""
    values = once(p, hyper, settings, decoupled)
    for i in range(found.size):
        found[i] = values[i]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(("decoupled", "factor", "part"), [(True, 1 - 0.01 * 0.5, 0.0), (False, 1.0, 0.5)])
def test_the_numbers_of_a_step(dtype, decoupled, factor, part):
    found = np.zeros(9)
    told(found, np.zeros(1, dtype), np.array([0.01, 3.0, 0.0]), np.array([0.9, 0.999, 1e-8, 0.5]), decoupled)
    wanted = [0.9, 1 - 0.9, 0.999, 1 - 0.999, 0.01 / (1 - 0.9**3), 1 / np.sqrt(1 - 0.999**3), 1e-8, factor, part]
    np.testing.assert_allclose(found, np.array(wanted).astype(dtype), rtol=1e-15 if dtype is np.float64 else 2e-7)
    assert all(value == dtype(value) for value in found)


def test_one_minus_beta_is_not_rounded_twice():
    found = np.zeros(9)
    told(found, np.zeros(1, np.float32), np.array([0.01, 3.0, 0.0]), np.array([0.9, 0.999, 1e-8, 0.5]), True)
    assert found[3] == np.float32(1 - 0.999) != np.float32(1) - np.float32(0.999)
