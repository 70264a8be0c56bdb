from typing import Annotated, Literal

import pytest
from annotated_types import Ge, Gt, Lt
from hypothesis import given
from hypothesis import strategies as st

from fitcli.layers.base import Natural, NaturalPair, Pair, Positive
from fitcli.spec.check import check, correction, fits

Padding = Literal["same", "valid"] | Natural | NaturalPair
Rate = Annotated[float, Ge(0), Lt(1)]


@pytest.mark.parametrize(
    ("hint", "value"),
    [
        (Positive, 1),
        (Positive | Pair, [1, 2]),
        (Padding, "same"),
        (Padding, 0),
        (Padding, [0, 1]),
        (bool, False),
        (str, "3"),
        (Literal[1, 3] | None, None),
        (Literal[1, 3] | None, 3),
    ],
)
def test_what_may_stand(hint, value):
    assert check(hint, value) == value
    assert fits(hint, value)


@pytest.mark.parametrize(
    ("hint", "values"),
    [
        (Positive, ["3", 3.0, True, None, 0, -1, [], [1], {}, "", float("nan")]),
        (Rate, ["0.5", True, None, 1, 1.0, -0.1, float("nan"), float("inf"), []]),
        (Annotated[float, Gt(0)], [0, 0.0, float("inf"), float("nan"), False]),
        (bool, [0, 1, "true", "yes", None]),
        (str, [3, None, True, 1.5, ["a"]]),
        (Padding, ["Same", "", 1.0, True, [1], [1, 2, 3], [1, "same"], None]),
        (Literal[1, 3], [2, True, 1.0, "1", None]),
    ],
)
def test_what_may_not(hint, values):
    for value in values:
        with pytest.raises(ValueError):
            check(hint, value)


def test_a_whole_number_becomes_a_number_where_one_is_wanted():
    assert type(check(Rate, 0)) is float
    assert check(float, 2**53) == 2.0**53


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_pass_unchanged(value):
    assert check(float, value) == value


@pytest.mark.parametrize(
    ("hint", "value", "meant"),
    [
        (Positive, "3", "3 (without quotes)"),
        (Positive, " 3", "3"),
        (Positive, "1_000", "1000"),
        (Positive, "-3", ""),
        (Positive, "three", ""),
        (Positive, "9" * 50, ""),
        (Positive, 1000.0, "1000"),
        (Positive, 1.5, ""),
        (Positive, float("inf"), ""),
        (Positive, [3], "3"),
        (Positive, {"a": 1}, ""),
        (Rate, "1e-3", "1e-3 (without quotes)"),
        (bool, "yes", "true"),
        (bool, "Off", "false"),
        (bool, "true", "true (without quotes)"),
        (bool, 1, ""),
        (str, 3, "'3' (in quotes)"),
        (str, True, ""),
        (Padding, "smae", "same"),
        (Padding, "VALID", "valid"),
    ],
)
def test_what_was_probably_meant(hint, value, meant):
    assert correction(hint, value) == meant
