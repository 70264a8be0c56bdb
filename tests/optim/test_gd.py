import numpy as np
import pytest

from fitcli.optim.gd import GD
from fitcli.optim.sgd import SGD


@pytest.mark.parametrize("decay", [True, False])
def test_the_equations(compare, decay):
    compare(GD(weight_decay=0.5), lambda p, g, t, lr, memory: p - lr * (g + 0.5 * decay * p), decay)


@pytest.mark.parametrize(("lr", "falls"), [(1.99, True), (2.01, False)])
def test_it_falls_up_to_twice_the_inverse_of_the_curvature(lr, falls):
    p = np.array([1.0])
    for t in range(1, 400):
        GD().update(p, 1.0 * p, [], np.array([lr, t]), True)
    assert (abs(p[0]) < 0.1) == falls


def test_it_asks_for_all_images_at_once():
    assert (GD().full_batch, SGD().full_batch) == (True, False)
