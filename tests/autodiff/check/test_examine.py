import numpy as np
import pytest

from fitcli.autodiff.check.examine import Effort, examine
from fitcli.autodiff.check.judge import CORRECT, KINK, NOISE, WRONG


def check(function_and_point, **effort):
    return examine(*function_and_point, np.random.default_rng(1), Effort(**effort))


def test_everything_right(affine, build_function):
    done = check(build_function(affine(), (4,), ("a", "b")))
    assert done.verdict == CORRECT and done.deterministic and done.findings == [] and done.adjoint < 1e-15
    assert {p.block for p in done.probes} == {"", "input", "a", "b"} == set(done.orders)
    assert sum(p.index is None for p in done.probes) == 8
    assert [p.index for p in done.probes if p.block == "a" and p.index is not None] == [0, 1, 2, 3]
    assert [round(s.value, 1) for s in done.orders[""].slopes[:2]] == [1, 2] and done.orders[""].slopes[2].exact
    assert done.orders["a"].slopes[1].exact


def test_effort(affine, build_function):
    done = check(build_function(affine(), (40,), ("a", "b")), directions=1, coordinates=3, order=False)
    assert set(done.orders) == {""} and sum(p.block == "a" for p in done.probes) == 1 + 3


@pytest.mark.parametrize(
    ("wrong", "maps"),
    [({"pull": 1.01}, {"vjp"}), ({"push": -1.0}, {"jvp"}), ({"pull": 2.0, "push": 2.0}, {"jvp", "vjp"})],
)
def test_the_wrong_map_and_block_are_named(affine, build_function, wrong, maps):
    done = check(build_function(affine(**wrong), (4,), ("a", "b")))
    assert done.verdict == WRONG == done.block("input") == done.block("") and done.block("b") == CORRECT
    assert {f.map for f in done.findings} == maps and {f.block for f in done.findings} == {"input"}
    factor = next(iter(wrong.values()))
    assert all(f.got == pytest.approx(factor * f.expected, rel=1e-6) for f in done.findings)


def test_a_jacobian_that_disagrees_by_less_than_differences_see(affine, build_function):
    done = check(build_function(affine(pull=1 + 1e-10), (4,), ("a", "b")))
    assert done.verdict == WRONG and 1e-11 < done.adjoint < 1e-9
    assert all(p.jvp.verdict == CORRECT and p.vjp.verdict == CORRECT for p in done.probes)


def test_two_answers_for_one_input(numbers):
    done = check(numbers(np.sin, np.cos, loose=1e-14))
    assert done.verdict == WRONG and not done.deterministic and done.reason == "it gives two answers for one input"


def test_a_value_that_is_not_finite(numbers):
    with np.errstate(all="ignore"):
        done = check(numbers(lambda x: np.log(x - x), np.cos))
    assert done.verdict == WRONG and done.reason == "its value is not finite" and done.probes == []


def test_a_kink_that_cannot_be_avoided(numbers):
    f, v = numbers(lambda x: np.maximum(x, 0), lambda x: 1.0 * (x > 0))
    done = examine(f, {"input": np.zeros((5, 4))}, np.random.default_rng(0))
    assert done.verdict == KINK and done.findings == []


def test_kinks_near_by_are_no_alarm(numbers):
    f, v = numbers(lambda x: np.maximum(x, 0), lambda x: 1.0 * (x > 0))
    v["input"].reshape(-1)[:3] = [1e-7, -1e-6, 1e-5]
    assert examine(f, v, np.random.default_rng(0)).verdict == CORRECT


def test_noise_is_called_noise(numbers):
    done = check(numbers(lambda x: 1e8 + 1e-5 * np.sin(x), lambda x: 1e-5 * np.cos(x)))
    assert done.verdict == NOISE and max(p.jvp.resolution for p in done.probes) > 1e-3


def test_float32(numbers, affine, build_function):
    done = check(numbers(np.sin, np.cos, dtype=np.float32))
    assert done.verdict == CORRECT and max(p.jvp.error for p in done.probes) < 2e-3
    assert check(build_function(affine(pull=1.01), (4,), ("a", "b"), np.float32)).verdict == WRONG
