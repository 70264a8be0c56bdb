import numpy as np
import pytest

from fitcli.losses import LOSSES
from fitcli.losses.base import Loss
from fitcli.losses.readings import tempered


def test_a_loss_that_does_nothing_is_not_silent():
    for call in (lambda: Loss().build(None, None, None), lambda: Loss().probabilities(None)):
        with pytest.raises(NotImplementedError):
            call()


def test_losses_are_found_by_name():
    assert {"cross_entropy", "mse"} <= set(LOSSES.names())


@pytest.mark.parametrize("name", list(LOSSES))
def test_probabilities_are_such(name):
    x = np.array([[0.3, -1, 2, 0], [1e4, 0, -1e4, 1e4], [-1e4, -2e4, -1e4, -3e4], [0, 0, 0, 0]])
    p = LOSSES[name]().probabilities(x)
    assert p.shape == x.shape and (p >= 0).all() and (p <= 1).all()
    np.testing.assert_allclose(p.sum(1), 1, rtol=1e-12)
    assert p[0].argmax() == 2 and p[1].argmax() == 0


@pytest.mark.parametrize("name", list(LOSSES))
def test_the_right_class_far_ahead_costs_less(name, losses):
    regression = name in ("mse", "mae", "huber")
    outputs = [[1.0, 0, 0], [0.5, 0, 0], [0, 1, 0]] if regression else [[4.0, 0, 0], [0.5, 0, 0], [0, 4, 0]]
    found = losses(LOSSES[name](), outputs, [0, 0, 0])
    assert found[0] < found[1] < found[2]


@pytest.mark.parametrize("name", list(LOSSES))
def test_a_loss_without_balance_needs_no_preparing(name):
    assert LOSSES[name]().prepare([1, 2], 3) == LOSSES[name]()


@pytest.mark.parametrize("temperature", [1.0, 0.4])
@pytest.mark.parametrize("name", list(LOSSES))
def test_what_is_read_where_it_is(name, temperature):
    x = np.random.default_rng(0).standard_normal((6, 4))
    one, each = x.copy(), x.copy()
    LOSSES[name]().reader(one, temperature)()
    np.testing.assert_allclose(one, tempered(LOSSES[name]().probabilities(x), temperature), rtol=1e-12)
    LOSSES[name]().reader(each, temperature, each=True)()
    np.testing.assert_allclose(each, 1 / (1 + np.exp(-x / temperature)), rtol=1e-14)
