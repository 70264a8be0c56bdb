import numpy as np
import pytest

from fitcli.optim.adam import Adam
from fitcli.optim.sam import SAM
from fitcli.optim.sgd import SGD
from fitcli.optim.sophia import Sophia

SCALES = np.array([1.0, 3.0, 10.0])


def bowl(p):
    return SCALES @ p**2 / 2, SCALES * p


def test_the_equations(walk):
    """Algorithm 1 of Foret et al. (2021), with SGD and momentum."""
    found = walk(SAM(SGD(lr=0.01, momentum=0.9), rho=0.2), bowl, np.array([1.0, -1.0, 0.5]), steps=50)
    p, v = np.array([1.0, -1.0, 0.5]), 0.0
    for _ in range(50):
        g = bowl(p)[1]
        v = 0.9 * v + bowl(p + 0.2 * g / np.linalg.norm(g))[1]
        p = p - 0.01 * v
    np.testing.assert_allclose(found.p, p, rtol=1e-12)
    assert found.evaluations == 100


def test_at_a_critical_point_it_stays(walk):
    found = walk(SAM(Adam()), bowl, np.zeros(3), steps=2)
    np.testing.assert_array_equal(found.p, 0)
    assert found.evaluations == 2


def test_where_the_loss_up_there_is_not_finite_the_step_is_plain(walk):
    def cliff(p):
        return (np.inf, np.full(1, np.nan)) if p[0] > 1 else (p[0], np.ones(1))

    found = walk(SAM(SGD(lr=0.25), rho=0.5), cliff, np.array([0.75]), steps=1)
    np.testing.assert_array_equal(found.p, [0.5])


def test_another_that_looks_around_is_refused():
    with pytest.raises(ValueError, match="sam cannot go around sophia, which looks at the loss by itself"):
        SAM(Sophia())
