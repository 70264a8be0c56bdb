import numpy as np
import pytest

from fitcli.autodiff.check.mutant import BOTH, PULL, PUSH
from fitcli.autodiff.check.selftest import Bench


@pytest.fixture
def bench(affine, build_function):
    return Bench(*build_function(affine(), (4,), ("a", "b")), np.random.default_rng(0))


def test_every_error_is_planted_and_caught(bench):
    trials = list(bench.trials())
    assert {t.block for t in trials} == {"input", "a", "b"} and {t.where for t in trials} == {PUSH, PULL, BOTH}
    assert {t.mutation for t in trials} >= {"sign", "factor 1.01", "dropped term", "shifted by one", "missing sum"}
    assert all(t.caught for t in trials)
    assert all(t.by_transpose != (t.where == BOTH) for t in trials if t.mutation != "missing sum")
    assert all(t.by_differences for t in trials if t.size >= 1e-4)


def test_how_small_an_error_may_be(bench):
    assert bench.smallest(PULL) <= 1e-9 and bench.smallest(BOTH) == 1e-6


def test_an_error_that_changes_nothing_is_no_error(bench):
    assert not any(t.mutation == "transposed" and t.block in ("a", "b") for t in bench.trials())


def test_a_derivative_of_zero_has_nothing_to_be_multiplied(numbers):
    bench = Bench(*numbers(lambda x: 0 * x + 1, lambda x: 0 * x), np.random.default_rng(0))
    assert list(bench.trials()) == [] and bench.smallest(BOTH) == 0


def test_a_second_direction_sees_what_the_first_stands_still_in(bench):
    first = bench.lines["input"][0]
    first.d["input"].reshape(-1)[10] = 0  # the entry that "one entry 1.01" spoils
    trial = next(t for t in bench.trials() if (t.block, t.where, t.mutation) == ("input", BOTH, "one entry 1.01"))
    assert trial.by_differences


def test_a_derivative_that_is_rounding_alone_is_no_place_for_errors(numbers):
    bench = Bench(*numbers(lambda x: 0 * x, lambda x: 1e-16 * np.sin(1e17 * x)), np.random.default_rng(0))
    assert list(bench.trials()) == [] and bench.smallest(BOTH) == 0
