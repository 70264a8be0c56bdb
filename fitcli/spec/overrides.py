"""`--set KEY=VALUE`: one key of the spec replaced, typed as YAML, never evaluated."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from functools import reduce

from fitcli.errors import Problem, SpecError
from fitcli.registry import Registry, nearest
from fitcli.spec.choice import list_of, name_and_settings, spread
from fitcli.spec.dump import as_plain
from fitcli.spec.hints import choice_of, item_of, section_of, settings_of
from fitcli.spec.made import Made, is_made, made_of, without_key
from fitcli.spec.node import Node, below, node_of
from fitcli.spec.words import listed, show, visible
from fitcli.spec.yaml import parse

_KEY = re.compile(r"[A-Za-z_][\w-]*(?:\.[\w-]+|\[[0-9]{1,9}\])*")


@dataclass(frozen=True)
class Override:
    """model[3].dense=64 or model.3.dense=64 → keys ("model", 3, "dense"), and 64."""

    keys: tuple[str | int, ...]
    text: str  # VALUE as it was typed
    value: Node

    @property
    def where(self) -> str:
        return self.value.where

    def stop(self, message: str, allowed: str = "", hint: str | None = "") -> SpecError:
        path = reduce(below, self.keys, "")
        return SpecError(Problem(message, self.where, path, self.text, allowed, hint or ""))


def read_override(text: str) -> Override:
    """Parse KEY=VALUE; SpecError where it is not one."""
    where = "--set " + visible(text if len(text) <= 120 else text[:117] + "...")
    key, equals, value = text.partition("=")
    key = key.strip()
    if not equals or not _KEY.fullmatch(key):
        what = f"{show(key)} is not a key" if equals else "there is no = in it"
        raise SpecError(Problem(what, where, value=text, allowed="KEY=VALUE, for example fit.optimizer.adam.lr=0.01"))
    keys = tuple(int(word) if word.isdecimal() else word for word in re.findall(r"[\w-]+", key))
    if not value.strip():
        return Override(keys, "", Node(None, where))
    problems: list[Problem] = []
    node = parse(value, lambda line: where, problems)
    if problems:
        raise SpecError(*problems)
    return Override(keys, value.strip(), node)


def put(
    override: Override, hint: object, node: Node | None, keys: tuple, path: str = "", default: object = None
) -> Node:
    """`node` with the value at `keys` replaced. None is a node that the spec leaves out: the default stands there.

    Where the spec itself is wrong it is left as it is: reading it will tell.
    """
    if not keys:
        return override.value
    if (registry := choice_of(hint)) is not None:
        return _put_choice(override, registry, node or node_of(as_plain(default), override.where), keys, path)
    if (section := section_of(hint)) is not None:
        return _put_setting(override, section, node or Node({}, override.where), keys, path)
    made = made_of(hint)
    if is_made(made, node):
        return _put_made(override, made, node, keys, path)
    if node is None:
        node = node_of(as_plain(default), override.where)
    if made and keys == (made.key,):
        whole = f"{path}={{{made.key}: {override.text}}}"
        raise override.stop(f"{path} is a list of its own", hint=f"--set {shlex.quote(whole)}")
    if isinstance(node.value, list) or item_of(hint) is not None:
        return _put_item(override, item_of(hint), node, keys, path)
    raise override.stop(f"{path} is one value, with no settings of its own", hint=_option(path, override.text))


def _put_setting(override: Override, cls: type, node: Node, keys: tuple, path: str) -> Node:
    key, known = keys[0], settings_of(cls)
    if key not in known:
        message = f"there is no setting {show(key)} in {path or 'a spec'}"
        close = None if list_of(known, key) else nearest(key, known)
        hint = close and _option(reduce(below, keys[1:], below(path, close)), override.text)
        if hint is None and (found := list_of(known, key, near=True)):
            hint = _option(below(path, found[0]), f"[{_nested((found[1], *keys[1:]), override.text)}]")
        raise override.stop(message, listed(known) if known else "no settings", hint)
    entries = {} if node.value is None else node.value
    if not isinstance(entries, dict):
        return node
    setting = known[key]
    new = put(override, setting.hint, entries.get(key), keys[1:], below(path, key), setting.default)
    place = override.where if len(keys) == 1 or key not in entries else entries[key].where
    return Node({**entries, key: Node(new.value, place)}, node.where)


def _put_item(override: Override, item: object, node: Node, keys: tuple, path: str) -> Node:
    key, items = keys[0], [] if node.value is None else node.value
    if not isinstance(items, list):
        return node
    if not isinstance(key, int) or key >= len(items):
        allowed = f"{path}[0] to {path}[{len(items) - 1}]" if items else f"{path} as a whole: it is empty"
        raise override.stop(f"{path} has no entry {show(key)}", allowed, _entry(override, choice_of(item), items, keys, path))
    new = put(override, item, items[key], keys[1:], below(path, key))
    return Node([*items[:key], new, *items[key + 1 :]], node.where)


def _entry(override: Override, registry: Registry | None, items: list[Node], keys: tuple, path: str) -> str:
    """For gradient.noise=1, where the list's entry of that name was meant, or, in an empty list, a first one."""
    key, rest = keys[0], keys[1:]
    if isinstance(key, str):
        names = [found[0] if (found := name_and_settings(item)) else "" for item in items]
        name = registry and registry.nearest(key)
        if name in names:
            return _option(reduce(below, (names.index(name), name, *rest), path), override.text)
        if not name:
            return ""
        rest = (name, *rest)
    return "" if items else _option(path, f"[{_nested(rest, override.text)}]")


def _put_made(override: Override, made: Made, node: Node, keys: tuple, path: str) -> Node:
    """One setting of {preset: resnet, depth: 20}, or its name."""
    name = node.value[made.key]
    if keys == (made.key,):
        return Node({**node.value, made.key: override.value}, node.where)
    if not isinstance(name.value, str) or name.value not in made.registry:
        return node
    cls = made.registry[name.value]
    if isinstance(keys[0], int):
        message = f"{path} is the {made.key} {name.value}, not a list with an entry {keys[0]}"
        hint = f"one of its settings, or its layers in place of it: fitcli {made.registry.plural} {name.value}"
        raise override.stop(message, listed(settings_of(cls)) or "no settings", hint)
    put_into = _put_setting(override, cls, without_key(made, node), keys, path)
    return Node({made.key: name, **put_into.value}, node.where)


def _put_choice(override: Override, registry: Registry, node: Node, keys: tuple, path: str) -> Node:
    found = name_and_settings(node)
    if node.value is None:
        raise override.stop(f"nothing is chosen for {path}", f"one of {listed(registry.names())}")
    if found is None or found[0] not in registry:
        return node
    name, settings = found
    key, cls = keys[0], registry[name]
    if key != name:
        raise _other_choice(override, registry, name, node, keys, path)
    if len(keys) == 1 and (override.value.value is None or isinstance(override.value.value, dict)):
        return Node({name: override.value}, node.where)
    settings = spread(cls, settings)
    if len(keys) == 1:  # a lone value is the first setting; the others stay
        given = spread(cls, override.value)
        merged = {**settings.value, **given.value} if isinstance(given.value, dict) else given.value
        return Node({name: Node(merged, override.where)}, node.where)
    return Node({name: _put_setting(override, cls, settings, keys[1:], below(path, name))}, node.where)


def _other_choice(
    override: Override, registry: Registry, name: str, node: Node, keys: tuple, path: str
) -> SpecError:
    """`keys` go on below another name than the spec has."""
    key, known = keys[0], settings_of(registry[name])
    there = "the default" if node.where == override.where else node.where
    settings = f"settings of {name}: {listed(known)}" if known else f"{name} has no settings"
    if key in registry:
        deep = any(isinstance(inner, int) for inner in keys)  # what else would be in the list?
        hint = "" if deep else _option(path, _nested(keys, override.text))
        return override.stop(f"the spec has {name} here ({there}), not {key}", settings, hint)
    close = nearest(key, [name, *known])
    inner = below(path, name) if close in known else path
    hint = _option(below(inner, close), override.text) if close and len(keys) == 1 else None
    return override.stop(f"there is no {show(key)} in {name} ({there})", settings, hint)


def _nested(keys: tuple, value: str) -> str:
    for key in reversed(keys):
        value = f"{{{key}: {value}}}"
    return value


def _option(path: str, value: str) -> str:
    """What to type instead."""
    return f"--set {shlex.quote(f'{path}={value}')}"
