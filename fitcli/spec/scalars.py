"""Plain YAML scalars by the core schema of YAML 1.2 (yaml.org/spec/1.2.2, §10.3.2).

PyYAML follows YAML 1.1, where `1e-3` is a text, `no` is false, `010` is 8 and `1:30` is 90.
Loading and dumping share these patterns, so that what is dumped loads equal.
"""

from __future__ import annotations

import re

PATTERNS = {
    "null": re.compile(r"(?:~|null|Null|NULL|)\Z"),
    "bool": re.compile(r"(?:true|True|TRUE|false|False|FALSE)\Z"),
    "int": re.compile(r"(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)\Z"),
    "float": re.compile(
        r"(?:[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))\Z"
    ),
}


def resolve(text: str) -> None | bool | int | float | str:
    """The value of an unquoted scalar. ValueError says in words why a number cannot be held."""
    kind = next((kind for kind, pattern in PATTERNS.items() if pattern.match(text)), "str")
    if kind == "null":
        return None
    if kind == "bool":
        return text.lower() == "true"
    if kind == "int":
        return _whole(text)
    if kind == "float":
        return _number(text)
    return text


def _whole(text: str) -> int:
    base = {"0o": 8, "0x": 16}.get(text[:2], 10)
    digits = (text.lstrip("+-") if base == 10 else text[2:]).lstrip("0") or "0"
    value = int(digits, base) if len(digits) <= 22 else 2**64  # Python refuses to convert thousands of digits
    value = -value if text[0] == "-" else value
    if not -(2**63) <= value < 2**63:
        raise ValueError("a whole number needs more than 64 bits")
    return value


def _number(text: str) -> float:
    if text[-3:].lower() in ("inf", "nan"):
        return float(text.replace(".", ""))
    value = float(text)
    if value in (float("inf"), float("-inf")):
        raise ValueError("a number is too large for 64-bit floating point")
    return value
