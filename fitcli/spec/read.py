"""Nodes → the dataclasses of the spec by the grammar: `name`, `name: value` or `name: {setting: value, ...}`."""

from __future__ import annotations

from typing import Annotated, Any

from fitcli.errors import Problem
from fitcli.registry import Registry, nearest
from fitcli.spec.check import check, correction
from fitcli.spec.choice import choice_with, explain, list_of, name_and_settings, spread
from fitcli.spec.hints import choice_of, item_of, optional, section_of, settings_of, split
from fitcli.spec.made import Made, is_made, made_of, meant, meant_name, without_key
from fitcli.spec.node import Node, below, plain
from fitcli.spec.words import describe, listed, show

WRONG = object()  # stands for a value whose problem is noted


class Reader:
    """Collects the `problems` of all values, and the `places` ("file:line") of all paths."""

    def __init__(self, problems: list[Problem]):
        self.problems = problems
        self.places: dict[str, str] = {}

    def problem(self, node: Node, path: str, message: str, allowed: str = "", hint: str | None = "") -> object:
        if not any((known.path, known.where) == (path, node.where) for known in self.problems):
            self.problems.append(Problem(message, node.where, path, plain(node), allowed, hint or ""))
        return WRONG

    def value(self, hint: object, node: Node, path: str) -> object:
        """The value of one setting, or WRONG."""
        self.places[path] = node.where
        if node.value is None and optional(hint):
            return None
        if (registry := choice_of(hint)) is not None:
            return self.choice(registry, node, path)
        if (section := section_of(hint)) is not None:
            return self.section(section, node, path)
        if (item := item_of(hint)) is not None:
            return self.items(hint, item, node, path)
        return self.leaf(hint, node, path)

    def leaf(self, hint: object, node: Node, path: str) -> object:
        value = plain(node)
        try:
            return check(hint, value)
        except ValueError:
            return self.problem(node, path, f"cannot be {show(value)}", describe(hint), correction(hint, value))

    def items(self, hint: object, item: object, node: Node, path: str) -> object:
        made = made_of(hint)
        if is_made(made, node):
            return self.made(made, node, path)
        entries = [] if node.value is None else node.value
        if not isinstance(entries, list):
            hint_ = made and meant(made, node) or _in_list(item, node)
            return self.problem(node, path, f"cannot be {show(plain(node))}", describe(hint), hint_)
        for entry in entries:
            if is_made(made, entry):
                message = f"a {made.key} stands in place of the whole list, not in it"
                hint_ = f"{path}: {show(plain(entry))}".replace("'", "")
                return self.problem(entry, path, message, describe(hint), hint_)
        values = [self.value(item, entry, below(path, index)) for index, entry in enumerate(entries)]
        limits = split(hint)[1]
        if limits:
            try:
                check(Annotated[list[Any], *limits], [None] * len(values))
            except ValueError:
                return self.problem(node, path, f"cannot have {len(values)} entries", describe(hint))
        return WRONG if any(value is WRONG for value in values) else values

    def made(self, made: Made, node: Node, path: str) -> object:
        """The list that a component makes of its settings."""
        name, inner = node.value[made.key], below(path, made.key)
        self.places[inner] = name.where
        if not isinstance(name.value, str) or name.value not in made.registry:
            message = f"there is no {made.registry.kind} {show(plain(name))}"
            return self.problem(name, inner, message, f"one of {listed(made.registry)}", meant_name(made, name))
        component = self.section(made.registry[name.value], without_key(made, node), path)
        return WRONG if component is WRONG else component.layers()

    def section(self, cls: type, node: Node, path: str) -> object:
        """A dataclass from a mapping of its settings; a section left empty is a section of defaults."""
        known = settings_of(cls)
        entries = {} if node.value is None else node.value
        if not isinstance(entries, dict):
            message = f"{'' if path else 'a spec '}cannot be {show(plain(node))}"
            return self.problem(node, path, message, f"a mapping of {listed(known)}", _in_mapping(known, node))
        misspelt = {nearest(key, known) for key in entries if key not in known}
        values = {
            name: WRONG if setting.required and name in misspelt else self._setting(setting, entries, node, path)
            for name, setting in known.items()
        }
        for key, entry in entries.items():
            if key not in known:
                self.unknown(key, known, entries, path)
                values[key] = WRONG
        if any(value is WRONG for value in values.values()):
            return WRONG
        try:
            return cls(**{name: value for name, value in values.items() if name in entries or known[name].required})
        except ValueError as error:
            return self.problem(node, path, str(error))

    def _setting(self, setting: Any, entries: dict[str, Node], node: Node, path: str) -> object:
        name = setting.name
        if name in entries:
            return self.value(setting.hint, entries[name], below(path, name))
        if setting.required and section_of(setting.hint) is not None:
            return self.value(setting.hint, Node({}, node.where), below(path, name))
        if setting.required:
            self.problems.append(Problem(f"{name} is missing", node.where, path, allowed=describe(setting.hint)))
            return WRONG
        return None

    def unknown(self, key: str, known: dict, entries: dict[str, Node], path: str) -> None:
        entry = entries[key]
        hint = None if list_of(known, key) else nearest(key, known)
        if hint is None:  # perhaps it belongs a floor below
            sections = {name: section_of(setting.hint) for name, setting in known.items()}
            owner = next((name for name, cls in sections.items() if cls and key in settings_of(cls)), None)
            hint = owner and f"{owner}: {{{key}: {show(plain(entry))}}}"
        if hint is None and (found := choice_with(known, entries, key)):
            hint = f"{found[0]}: {{{found[1]}: {{{key}: {show(plain(entry))}}}}}"
        if hint is None and (found := list_of(known, key, near=True)):
            hint = f"{found[0]}: [{{{found[1]}: {show(plain(entry))}}}]"
        message = f"there is no setting {show(key)} here"
        self.problem(entry, below(path, key), message, listed(known) if known else "no settings", hint)

    def choice(self, registry: Registry, node: Node, path: str) -> object:
        """A component: its name, alone or with its settings."""
        found = name_and_settings(node)
        if found is None or found[0] not in registry:
            return self.problem(node, path, *explain(registry, node))
        name, given = found
        cls, inner = registry[name], below(path, name)
        if given.value not in (None, {}) and not settings_of(cls):
            return self.problem(given, inner, f"cannot be {show(plain(given))}", f"{name} has no settings", name)
        self.places[inner] = given.where
        return self.section(cls, spread(cls, given), inner)


def _in_list(item: object, node: Node) -> str:
    """For `model: relu`, or entries without their dashes, where a list was meant."""
    registry, found = choice_of(item), name_and_settings(node)
    if registry and isinstance(node.value, dict) and len(node.value) > 1 and all(key in registry for key in node.value):
        entries = [key if entry.value is None else {key: plain(entry)} for key, entry in node.value.items()]
        return show(entries).replace("'", "")
    return f"[{show(plain(node))}]".replace("'", "") if registry and found and found[0] in registry else ""


def _in_mapping(known: dict, node: Node) -> str:
    """For `data: ../photographs` where `data: {path: ../photographs}` was meant."""
    first = next(iter(known.values()))
    return f"{{{first.name}: {show(plain(node))}}}" if first.required and isinstance(node.value, str) else ""
