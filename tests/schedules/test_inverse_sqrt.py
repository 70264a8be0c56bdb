import pytest

from fitcli.schedules.inverse_sqrt import InverseSqrt


def test_it_falls_as_the_root_of_the_steps(curve):
    assert curve(InverseSqrt(scale=0.25), 12)[::3] == pytest.approx([1, 2**-0.5, 3**-0.5, 0.5])


def test_behind_a_warm_up_as_long_as_its_scale_it_is_vaswanis():
    schedule = InverseSqrt(warmup=0.2, scale=0.25)  # 20 of 100 steps, and 20 of the 80 that are left
    for t in range(20, 100, 7):
        assert schedule.factor(t, 100) == pytest.approx((20 / t) ** 0.5)
