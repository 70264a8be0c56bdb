import pytest

from fitcli.schedules.linear import Linear


def test_it_falls_in_even_steps(curve):
    assert curve(Linear(), 4) == pytest.approx([1, 0.75, 0.5, 0.25])
    assert Linear(final=0.2).factor(4, 4) == pytest.approx(0.2)


def test_pytorch_does_the_same(curve, against_torch):
    against_torch(curve(Linear(final=0.3), 50), "LinearLR", start_factor=1.0, end_factor=0.3, total_iters=50)
