"""What a field of a dataclass may hold: a section, a choice by name, a list of these, or a plain value."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import MISSING, dataclass, fields, is_dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Union, get_args, get_origin, get_type_hints

from fitcli.registry import Registry, registry_for


@dataclass(frozen=True)
class Setting:
    """A field that is a key of the YAML."""

    name: str
    hint: object
    required: bool
    default: object = None


@cache
def settings_of(cls: type) -> dict[str, Setting]:
    """The keys of a section or component. Fields that do not count in comparisons are not keys."""
    hints = get_type_hints(cls, include_extras=True)
    found = {}
    for field in fields(cls):
        if not field.compare:
            continue
        made = field.default_factory() if field.default_factory is not MISSING else field.default
        found[field.name] = Setting(
            field.name, hints[field.name], made is MISSING, None if made is MISSING else made
        )
    return found


def split(hint: object) -> tuple[object, tuple]:
    """Annotated[T, a, b] → (T, (a, b)); anything else → (hint, ())."""
    if get_origin(hint) is Annotated:
        inner, *limits = get_args(hint)
        return inner, tuple(limits)
    return hint, ()


def options(hint: object) -> tuple[object, ...]:
    """The members of a union, or the hint alone."""
    return get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)


def section_of(hint: object) -> type | None:
    """The dataclass of a section such as `fit`."""
    for option in options(split(hint)[0]):
        if isinstance(option, type) and is_dataclass(option) and registry_for(option) is None:
            return option
    return None


def choice_of(hint: object) -> Registry | None:
    """The registry whose names may stand here: Annotated[..., REGISTRY], or the base class of its components."""
    inner, limits = split(hint)
    for limit in limits:
        if isinstance(limit, Registry):
            return limit
    for option in options(inner):
        if isinstance(option, type) and option is not NoneType and (found := registry_for(option)):
            return found
    return None


def item_of(hint: object) -> object | None:
    """The hint of the items, where the field is a list of choices or sections, or a list of such lists."""
    for option in options(split(hint)[0]):
        if get_origin(option) is list:
            (item,) = get_args(option)
            if any(find(item) is not None for find in (choice_of, section_of, item_of)):
                return item
    return None


def optional(hint: object) -> bool:
    """Whether null may stand here."""
    return NoneType in options(split(hint)[0])


def flat(limits: tuple) -> Iterator[object]:
    """Limits with groups such as Len and Interval opened."""
    for limit in limits:
        yield from limit if hasattr(limit, "__iter__") and not isinstance(limit, Registry) else (limit,)
