import pytest

from fitcli.losses import LOSSES
from fitcli.losses.base import Loss


def test_a_loss_that_does_nothing_is_not_silent():
    for call in (lambda: Loss().build(None, None, None), lambda: Loss().probabilities(None)):
        with pytest.raises(NotImplementedError):
            call()


def test_every_loss_is_registered():
    assert LOSSES.names() == ["cross_entropy", "mse"]
