from typing import Annotated, Any, Literal, Optional

import pytest
from annotated_types import Ge, Gt, Interval, Le, Len, Lt, MaxLen, MinLen, MultipleOf

from fitcli.layers.base import Layer, Natural, NaturalPair, Pair, Positive
from fitcli.losses import LOSSES
from fitcli.spec.words import describe, listed, show, visible


@pytest.mark.parametrize(
    ("hint", "words"),
    [
        (int, "a whole number"),
        (Positive, "a whole number above 0"),
        (Natural, "a whole number of at least 0"),
        (Annotated[int, MultipleOf(2)], "a whole number divisible by 2"),
        (float, "a number"),
        (Annotated[float, Ge(0), Lt(1)], "a number of at least 0 and below 1"),
        (Annotated[float, Gt(0), Le(0.5)], "a number above 0 and of at most 0.5"),
        (Annotated[float, Interval(ge=0, le=1)], "a number from 0 to 1"),
        (Annotated[int, Le(9), Ge(1), Lt(8)], "a whole number of at most 9 and of at least 1 and below 8"),
        (bool, "true or false"),
        (str, "a text"),
        (Positive | Pair, "a whole number above 0 or a list of 2 whole numbers above 0"),
        (
            Literal["same", "valid"] | Natural | NaturalPair,
            "same, valid, a whole number of at least 0 or a list of 2 whole numbers of at least 0",
        ),
        (Positive | Literal["classes"], "a whole number above 0 or classes"),
        (Optional[Literal[1, 3]], "1, 3 or null"),
        (list[int], "a list of whole numbers"),
        (Annotated[list[str], MinLen(1)], "a list of one or more texts"),
        (Annotated[list[int], Len(2, 3)], "a list of at least 2 at most 3 whole numbers"),
        (Annotated[list[int], MaxLen(3)], "a list of at most 3 whole numbers"),
        (list[list[int]], "a list of lists of whole numbers"),
        (list[Layer], "a list of layers"),
        (Annotated[Any, LOSSES], "one of " + ", ".join(LOSSES)),
        (Annotated[Any, LOSSES] | None, "one of " + ", ".join(LOSSES) + " or null"),
    ],
)
def test_what_is_allowed(hint, words):
    assert describe(hint) == words


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "null"),
        (True, "true"),
        (1, "1"),
        (1.5, "1.5"),
        ("3", "'3'"),
        ([1, "a", [None]], "[1, 'a', [null]]"),
        ({"a": {"b": 1}, "c": []}, "{a: {b: 1}, c: []}"),
        (list(range(12)), "[0, 1, 2, 3, 4, 5, 6, 7, 8, ...]"),
        ({str(n): n for n in range(10)}, "{0: 0, 1: 1, 2: 2, 3: 3, 4: 4, 5: 5, 6: 6, 7: 7, 8: 8, ...}"),
        ("a\x1b[2J\nb\u202e", r"'a\x1b[2J\nb\u202e'"),
        ({"a\x1b": 1}, r"{a\x1b: 1}"),
    ],
)
def test_values_as_they_are_written(value, text):
    assert show(value) == text


@pytest.mark.parametrize("value", ["x" * 10**6, ["x" * 10**6] * 20, {"k" * 10**6: "x"}, {"a": [["x" * 99] * 99] * 99}])
def test_long_values_are_cut(value):
    assert len(show(value)) <= 70
    assert "..." in show(value)


def test_small_words():
    assert listed(["a", 1]) == "a, 1"
    assert visible("grün\t") == r"grün\t"
