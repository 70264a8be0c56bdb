import pytest

from fitcli.losses import LOSSES
from fitcli.losses.base import Loss


def test_a_loss_that_does_nothing_is_not_silent():
    for call in (lambda: Loss().build(None, None, None), lambda: Loss().probabilities(None)):
        with pytest.raises(NotImplementedError):
            call()


def test_losses_are_found_by_name():
    assert {"cross_entropy", "mse"} <= set(LOSSES.names())
