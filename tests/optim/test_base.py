import pytest

from fitcli.optim import OPTIMIZERS
from fitcli.optim.base import Optimizer


def test_an_optimizer_that_moves_nothing_is_not_silent():
    with pytest.raises(NotImplementedError):
        Optimizer().update(None, None, [], None, True)


def test_optimizers_are_found_by_name():
    assert {"adam", "adamw", "sgd"} <= set(OPTIMIZERS.names())


def test_an_optimizer_that_drives_nowhere_is_not_silent():
    with pytest.raises(NotImplementedError):
        Optimizer().drive(None)


@pytest.mark.parametrize("name", OPTIMIZERS.names())
def test_what_an_optimizer_asks_for(name):
    optimizer = OPTIMIZERS[name]()
    assert optimizer.lr > 0
    assert len(set(optimizer.states)) == len(optimizer.states)
    assert optimizer.evaluation in ("", *optimizer.states)
    assert optimizer.drives == (type(optimizer).drive is not Optimizer.drive) or hasattr(optimizer, "optimizer")
    assert optimizer.drives or type(optimizer).update is not Optimizer.update
