import pytest

from fitcli.schedules.polynomial import Polynomial


def test_it_falls_by_the_power_of_what_is_left(curve):
    assert curve(Polynomial(power=3.0), 4) == pytest.approx([1, 27 / 64, 1 / 8, 1 / 64])


def test_pytorch_does_the_same(curve, against_torch):
    against_torch(curve(Polynomial(power=1.7), 50), "PolynomialLR", total_iters=50, power=1.7)
