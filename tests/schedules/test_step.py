import pytest

from fitcli.schedules.step import Step


def test_it_falls_at_even_distances(curve):
    assert curve(Step(every=0.3, gamma=0.5), 10) == [1, 1, 1, 0.5, 0.5, 0.5, 0.25, 0.25, 0.25, 0.125]


def test_pytorch_does_the_same(curve, against_torch):
    against_torch(curve(Step(every=0.2, gamma=0.3), 50), "StepLR", step_size=10, gamma=0.3)


def test_more_falls_than_steps():
    assert Step(every=0.01, gamma=0.5).factor(2, 3) == pytest.approx(0.25)
