import pytest

from fitcli.schedules.exponential import Exponential


def test_the_same_part_is_lost_at_every_step(curve):
    assert curve(Exponential(final=1 / 16), 4) == pytest.approx([1, 1 / 2, 1 / 4, 1 / 8])
    assert Exponential(final=0.25).factor(7, 7) == 0.25


def test_pytorch_does_the_same(curve, against_torch):
    against_torch(curve(Exponential(final=0.1), 50), "ExponentialLR", gamma=0.1 ** (1 / 50))
