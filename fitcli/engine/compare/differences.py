"""The settings in which specs differ, each as one short text a spec."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import is_dataclass

from fitcli.registry import registry_for
from fitcli.spec import Spec
from fitcli.spec.hints import settings_of

_LONGEST = 40  # letters of a list


def differences(specs: Sequence[Spec]) -> dict[str, list[object]]:
    """Path of each setting that differs → its value in each spec.

    Where a choice differs (adam here, sgd there), it is told as a whole, with its rate and what is not as by default.
    """
    found: dict[str, list[object]] = {}
    _compare("", list(specs), found)
    return found


def _compare(path: str, values: list, found: dict[str, list[object]]) -> None:
    if all(value == values[0] for value in values):
        return
    kinds = {type(value) for value in values}
    if len(kinds) == 1 and is_dataclass(values[0]):
        component = registry_for(type(values[0])) is not None
        for name in settings_of(type(values[0])):
            inner = f"{path}.{values[0].name}.{name}" if component else f"{path}.{name}"
            _compare(inner.lstrip("."), [getattr(value, name) for value in values], found)
    elif all(_of_components(value) for value in values) and len({len(value) for value in values}) == 1:
        for number, entries in enumerate(zip(*values, strict=True)):
            _compare(f"{path}[{number}]", list(entries), found)
    else:
        found[path] = [told(value) for value in values]


def _of_components(value: object) -> bool:
    """Whether it is a list whose entries can be compared one by one; one of numbers, such as class weights, is one value."""
    return isinstance(value, list | tuple) and any(map(is_dataclass, value))


def told(value: object) -> object:
    """`adam(lr=0.001)`, `lookahead(sgd(lr=0.1), k=5)`, `[conv, relu, dense]`; numbers and texts as they are."""
    if isinstance(value, list | tuple):
        text = ", ".join(f"{v:g}" if isinstance(v, float) else str(getattr(v, "name", told(v))) for v in value)
        return f"[{text}]" if len(text) <= _LONGEST else f"[{text[: _LONGEST - 1]}…]"
    if not is_dataclass(value):
        return value
    parts = [_setting(value, name, setting.default) for name, setting in settings_of(type(value)).items()]
    inside = ", ".join(part for part in parts if part)
    name = getattr(value, "name", "")
    return f"{name}({inside})" if inside else name


def _setting(component: object, name: str, default: object) -> str:
    value = getattr(component, name)
    if is_dataclass(value) and registry_for(type(value)) is not None and name == "optimizer":
        return str(told(value))
    if value == default and name != "lr":
        return ""
    return f"{name}={value:g}" if isinstance(value, float) else f"{name}={told(value)}"
