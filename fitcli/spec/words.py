"""Values and limits in the reader's words."""

from __future__ import annotations

from collections.abc import Iterable
from types import NoneType
from typing import Literal, get_args, get_origin

from fitcli.spec.hints import choice_of, flat, options, split

_NOUNS = {
    int: ("a whole number", "whole numbers"),
    float: ("a number", "numbers"),
    str: ("a text", "texts"),
    bool: ("true or false", "true or false"),
    NoneType: ("null", "null"),
}
_BOUNDS = {
    "gt": "above {}",
    "ge": "of at least {}",
    "lt": "below {}",
    "le": "of at most {}",
    "multiple_of": "divisible by {}",
}


def show(value: object, room: int = 60) -> str:
    """A value as it would be written, on one line, cut where it gets long."""
    if value is None or isinstance(value, bool):
        text = {None: "null", True: "true", False: "false"}[value]
    elif isinstance(value, str):
        text = visible(repr(value)) if len(value) <= room - 5 else visible(repr(value[: room - 5]) + "...")
    elif isinstance(value, list):
        text = "[" + ", ".join(show(item, room // 2) for item in value[:9]) + (", ..." if value[9:] else "") + "]"
    elif isinstance(value, dict):
        items = [f"{_key(key)}: {show(item, room // 2)}" for key, item in list(value.items())[:9]]
        text = "{" + ", ".join(items) + (", ..." if len(value) > 9 else "") + "}"
    else:
        text = repr(value)
    return text if len(text) <= room or isinstance(value, str) else text[: room - 3] + "..."


def _key(key: str) -> str:
    return visible(key if len(key) <= 30 else key[:27] + "...")


def visible(text: str) -> str:
    """What a terminal would obey (escapes, line breaks, right-to-left marks) spelt out."""
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text)


def listed(names: Iterable[object]) -> str:
    return ", ".join(map(str, names))


def describe(hint: object) -> str:
    """What a field may hold: "same, valid, a whole number of at least 0 or a list of 2 whole numbers of at least 0"."""
    words = list(dict.fromkeys(_words(hint, False)))
    return " or ".join([listed(words[:-1]), words[-1]] if words[1:] else words)


def _words(hint: object, many: bool) -> list[str]:
    inner, limits = split(hint)
    if (registry := choice_of(hint)) is not None:
        return [registry.plural if many else f"one of {listed(registry.names())}"]
    if get_origin(inner) is Literal:
        return [value if isinstance(value, str) else show(value) for value in get_args(inner)]
    if len(options(inner)) > 1:
        return [word for option in options(inner) for word in _words(option, many)]
    if get_origin(inner) is list:
        # what may stand in place of a list (fitcli/spec/made.py) knows its own words
        return [_list(inner, limits, many), *(str(limit) for limit in limits if hasattr(limit, "registry"))]
    nouns = _NOUNS.get(inner, (str(inner), str(inner)))
    found = {name: getattr(limit, name) for limit in flat(limits) for name in _BOUNDS if hasattr(limit, name)}
    if found.keys() == {"ge", "le"}:
        return [f"{nouns[many]} from {found['ge']} to {found['le']}"]
    bounds = [_BOUNDS[name].format(bound) for name, bound in found.items()]
    return [f"{nouns[many]} {' and '.join(bounds)}".rstrip()]


def _list(hint: object, limits: tuple, many: bool) -> str:
    lengths = [(getattr(limit, "min_length", 0), getattr(limit, "max_length", None)) for limit in flat(limits)]
    least = max((low for low, _ in lengths), default=0)
    most = min((high for _, high in lengths if high is not None), default=None)
    if least == most:
        count = f"{least} "
    elif least == 1 and most is None:
        count = "one or more "
    else:
        count = (f"at least {least} " if least else "") + (f"at most {most} " if most is not None else "")
    return f"{'lists' if many else 'a list'} of {count}{' or '.join(_words(get_args(hint)[0], True))}"
