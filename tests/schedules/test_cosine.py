from decimal import Decimal
from math import ceil, cos, pi

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitcli.schedules import SCHEDULES

Cosine = SCHEDULES["cosine"]


def test_without_warm_up_it_falls_from_one():
    values = [Cosine().factor(step, 4) for step in range(4)]
    assert values == pytest.approx([1, (1 + cos(pi / 4)) / 2, 0.5, (1 + cos(3 * pi / 4)) / 2])


def test_the_warm_up_climbs_in_even_steps_and_reaches_one():
    values = [Cosine(warmup=0.5).factor(step, 8) for step in range(8)]
    assert values[:5] == pytest.approx([0.25, 0.5, 0.75, 1, 1])
    assert values[5] < 1


def test_it_ends_near_final():
    assert Cosine(final=0.1).factor(999, 1000) == pytest.approx(0.1, abs=1e-4)
    assert Cosine(final=0.1).factor(1000, 1000) == pytest.approx(0.1)
    assert Cosine(final=1.0).factor(500, 1000) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("warmup", "steps", "climb"), [("0.07", 100, 7), ("0.1", 3, 1), ("0.05", 41, 3), ("0.9", 1, 1)]
)
def test_the_length_of_the_warm_up_is_rounded_up_exactly(warmup, steps, climb):
    assert climb == ceil(Decimal(warmup) * steps)
    assert Cosine(warmup=float(warmup)).factor(0, steps) == pytest.approx(1 / climb)


@given(st.floats(0, 0.999), st.floats(0, 1), st.integers(1, 300))
def test_every_factor_is_usable(warmup, final, steps):
    schedule = Cosine(warmup=warmup, final=final)
    values = [schedule.factor(step, steps) for step in range(steps + 1)]
    assert all(0 <= value <= 1 + 1e-12 for value in values)
    assert values[0] > 0
    peak = values.index(max(values))
    assert all(a >= b - 1e-12 for a, b in zip(values[peak:], values[peak + 1 :]))
    assert all(a <= b + 1e-12 for a, b in zip(values[:peak], values[1 : peak + 1]))


def test_restarts_climb_to_one_again(curve):
    values = curve(Cosine(cycles=2), 8)
    assert values[:4] == pytest.approx(values[4:])
    assert values[0] == pytest.approx(1)


def test_pytorch_does_the_same(curve, against_torch):
    against_torch(curve(Cosine(final=0.1), 50), "CosineAnnealingLR", T_max=50, eta_min=0.1)
    ours = curve(Cosine(final=0.1, cycles=3, stretch=2.0), 70)
    against_torch(ours, "CosineAnnealingWarmRestarts", T_0=10, T_mult=2, eta_min=0.1)
