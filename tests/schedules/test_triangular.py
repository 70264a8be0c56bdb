import pytest

from fitcli.schedules.triangular import Triangular


def test_up_and_down_again_and_again(curve):
    values = curve(Triangular(cycles=2, low=0.2), 8)
    assert values == pytest.approx([0.2, 0.6, 1.0, 0.6, 0.2, 0.6, 1.0, 0.6])


def test_each_cycle_may_be_lower(curve):
    assert curve(Triangular(cycles=3, low=0.0, gamma=0.5), 6) == pytest.approx([0, 1, 0, 0.5, 0, 0.25])


@pytest.mark.parametrize(("gamma", "mode"), [(1.0, "triangular"), (0.5, "triangular2")])
def test_pytorch_does_the_same(curve, against_torch, gamma, mode):
    ours = curve(Triangular(cycles=5, low=0.1, gamma=gamma), 50)
    against_torch(ours, "CyclicLR", base_lr=0.1, max_lr=1.0, step_size_up=5, mode=mode, cycle_momentum=False)
