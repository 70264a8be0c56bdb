import pytest

from fitcli.optim import OPTIMIZERS
from fitcli.optim.base import Optimizer


def test_an_optimizer_that_moves_nothing_is_not_silent():
    with pytest.raises(NotImplementedError):
        Optimizer().update(None, None, [], None, True)


def test_optimizers_are_found_by_name():
    assert {"adam", "adamw", "sgd"} <= set(OPTIMIZERS.names())
