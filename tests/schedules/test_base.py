import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitcli.schedules import SCHEDULES
from fitcli.schedules.base import Fall, Schedule, steps_of
from fitcli.schedules.linear import Linear


def test_a_part_is_rounded_up_exactly():
    assert [steps_of(0.07, 100), steps_of(0.1, 3), steps_of(0.0, 9), steps_of(1 / 3, 3)] == [7, 1, 0, 1]


@pytest.mark.parametrize("name", SCHEDULES.names())
def test_the_warm_up_climbs_in_even_steps_to_where_the_schedule_begins(name, curve):
    plain, warm = SCHEDULES[name](), SCHEDULES[name](warmup=0.2)
    values, top = curve(warm, 50), plain.factor(0, 40)
    assert values[:10] == pytest.approx([top * (i + 1) / 10 for i in range(10)])
    assert values[10:] == pytest.approx(curve(plain, 40))


@pytest.mark.parametrize("name", SCHEDULES.names())
def test_a_lone_value_is_the_warm_up(name):
    from fitcli.spec.hints import settings_of

    assert next(iter(settings_of(SCHEDULES[name]))) == "warmup"


@given(st.sampled_from(SCHEDULES.names()), st.floats(0, 0.99), st.integers(1, 60))
def test_every_factor_is_usable(name, warmup, steps):
    schedule = SCHEDULES[name](warmup=warmup)
    values = [schedule.factor(step, steps, (1.0, 1.0)) for step in range(steps + 1)]
    assert all(0 <= value <= 1 + 1e-12 for value in values)
    assert values[0] > 0


def test_hold_keeps_the_rate_between_warm_up_and_fall(curve):
    values = curve(Linear(warmup=0.2, hold=0.5, final=0.1), 10)
    assert values == pytest.approx([0.5, 1, 1, 1, 1, 1, 1, 0.775, 0.55, 0.325])


def test_a_schedule_without_a_shape_is_not_silent():
    with pytest.raises(NotImplementedError):
        Schedule().factor(0, 1)
    with pytest.raises(NotImplementedError):
        Fall().factor(0, 1)
