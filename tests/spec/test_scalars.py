import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitcli.spec.scalars import resolve


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1e-3", 0.001),
        ("1E+2", 100.0),
        (".5", 0.5),
        ("5.", 5.0),
        ("-0.1", -0.1),
        ("3", 3),
        ("-3", -3),
        ("+3", 3),
        ("010", 10),
        ("-007", -7),
        ("000", 0),
        ("0x1F", 31),
        ("0o17", 15),
        ("9223372036854775807", 2**63 - 1),
        ("-9223372036854775808", -(2**63)),
        ("0" * 5000 + "1", 1),
        ("true", True),
        ("False", False),
        ("", None),
        ("~", None),
        ("null", None),
        (".inf", math.inf),
        ("-.INF", -math.inf),
    ],
)
def test_values_of_yaml_1_2(text, value):
    found = resolve(text)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    "text",
    ["no", "off", "yes", "on", "y", "N", "1:30", "1_000", "0b11", "0x", "1e", "e3", ".", "-", "+.e1", "1.2.3",
     "2024-01-01", "tRUE", "nul", "inf", "nan", "-.nan", "٣", "1 2", "true\n", "12\n", "=", "<<"],
)  # fmt: skip
def test_texts_of_yaml_1_2(text):
    assert resolve(text) == text


def test_not_a_number():
    assert math.isnan(resolve(".nan"))


@pytest.mark.parametrize("text", ["9223372036854775808", "-9223372036854775809", "9" * 100_000, "0x" + "f" * 17])
def test_whole_numbers_beyond_64_bits_are_refused(text):
    with pytest.raises(ValueError, match="a whole number needs more than 64 bits"):
        resolve(text)


@pytest.mark.parametrize("text", ["1e400", "-1e99999", "1" * 400 + ".0"])
def test_numbers_beyond_floating_point_are_refused(text):
    with pytest.raises(ValueError, match="a number is too large for 64-bit floating point"):
        resolve(text)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_number_comes_back_as_it_was_written(value):
    assert resolve(repr(value)) == value
