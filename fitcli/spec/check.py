"""A plain value against the type and limits of its field: pydantic decides, our words tell."""

from __future__ import annotations

import json
from functools import cache
from typing import Literal, get_args, get_origin

from fitcli.registry import nearest
from fitcli.spec.hints import options, split
from fitcli.spec.scalars import resolve


@cache
def _adapter(hint: object) -> object:
    from pydantic import ConfigDict, TypeAdapter

    return TypeAdapter(hint, config=ConfigDict(strict=True, allow_inf_nan=False))


def check(hint: object, value: object) -> object:
    """`value` as the field holds it (2 → 2.0 for a number); ValueError where it may not stand."""
    # what YAML can say JSON can, and in its strict JSON mode pydantic makes a float of 2, but no number of "2" or true
    held = _adapter(hint).validate_json(json.dumps(value))
    if isinstance(held, int) and type(held) is not type(value):
        raise ValueError("true and 1.0 are equal to 1, and so Literal[1] lets them in")
    return held


def fits(hint: object, value: object) -> bool:
    try:
        check(hint, value)
    except ValueError:
        return False
    return True


def correction(hint: object, value: object) -> str:
    """What the writer of a wrong value may have meant, or ""."""
    if isinstance(value, str):
        return _meant_by(hint, value)
    if isinstance(value, float) and value.is_integer() and fits(hint, int(value)):
        return str(int(value))
    if isinstance(value, list) and len(value) == 1 and fits(hint, value[0]):
        return json.dumps(value[0])
    if isinstance(value, int | float) and fits(hint, str(value)) and not isinstance(value, bool):
        return f"'{value}' (in quotes)"
    return ""


def _meant_by(hint: object, text: str) -> str:
    word = nearest(text, literals(hint))
    if word is not None:
        return word
    switch = {"yes": "true", "on": "true", "no": "false", "off": "false"}.get(text.lower())
    number = switch or text.strip().replace("_", "")  # 10_000 is a text in YAML 1.2
    try:
        meant = resolve(number)
    except ValueError:
        return ""
    if isinstance(meant, str) or not fits(hint, meant):
        return ""
    return f"{number} (without quotes)" if number == text else number


def literals(hint: object) -> list[str]:
    """The words that may stand here as they are."""
    found = []
    for option in options(split(hint)[0]):
        inner = split(option)[0]
        if get_origin(inner) is Literal:
            found += [word for word in get_args(inner) if isinstance(word, str)]
    return found
