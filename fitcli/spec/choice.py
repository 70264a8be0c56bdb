"""An entry that names a component: `name`, `name: value` or `name: {setting: value, ...}`."""

from __future__ import annotations

import re

from fitcli.registry import Registry
from fitcli.spec.hints import Setting, choice_of, item_of, settings_of
from fitcli.spec.node import Node, plain
from fitcli.spec.words import listed, show


def name_and_settings(node: Node) -> tuple[str, Node] | None:
    """The name (known or not) and the node of its settings (null where there are none), or None."""
    if isinstance(node.value, str):
        return node.value, Node(None, node.where)
    if isinstance(node.value, dict) and len(node.value) == 1:
        return next(iter(node.value.items()))
    return None


def spread(cls: type, settings: Node) -> Node:
    """The settings as a mapping: a lone value is the first setting. Unchanged where the component has none."""
    known = settings_of(cls)
    if settings.value is None:
        return Node({}, settings.where)
    if isinstance(settings.value, dict) or not known:
        return settings
    return Node({next(iter(known)): settings}, settings.where)


def explain(registry: Registry, node: Node) -> tuple[str, str, str]:
    """Why `node` names nothing in the registry: message, what is allowed, what was probably meant."""
    kind, names = registry.kind, listed(registry.names())
    found = name_and_settings(node)
    if found is not None:
        return f"there is no {kind} {show(found[0])}", f"one of {names}", _meant(registry, *found)
    if not isinstance(node.value, dict) or not node.value:
        return f"cannot be {show(plain(node))}", f"one of {names}", ""
    keys = list(node.value)
    message = f"one {kind} is expected here, not {len(keys)} keys: {show(keys)[1:-1]}"
    allowed = f"NAME or {{NAME: {{SETTING: VALUE, ...}}}}, where NAME is one of {names}"
    chosen = [key for key in keys if key in registry]
    if len(chosen) == 1 and node.value[chosen[0]].value is None:
        return message, allowed, f"indent the settings deeper than {chosen[0]}"
    for word in ("name", "type", "kind"):
        if word in keys and (named := node.value[word].value) in registry.names():
            rest = ", ".join(f"{key}: {show(plain(node.value[key]))}" for key in keys if key != word)
            return message, allowed, f"{{{named}: {{{rest}}}}}"
    return message, allowed, _owners(registry, node.value)


def _meant(registry: Registry, name: str, settings: Node) -> str:
    glued = re.match(r"(\w+)[\s:=(]+([\w.]+)\)?$", name[:80])  # "conv:32", "conv 32", "conv(32)"
    if glued and glued[1] in registry and settings.value is None:
        return f"{glued[1]}: {glued[2]}"
    return _owners(registry, {name: settings}) or registry.nearest(name) or ""


def _owners(registry: Registry, settings: dict[str, Node]) -> str:
    """For {lr: 0.1} where {adam: {lr: 0.1}} was meant."""
    names = [*registry.usual, *(name for name in registry.names() if name not in registry.usual)]
    owners = [name for name in names if settings.keys() <= settings_of(registry[name]).keys()]
    given = show({key: plain(node) for key, node in settings.items()})
    return " or ".join(f"{{{name}: {given}}}" for name in owners[:3])


def choice_with(known: dict[str, Setting], entries: dict[str, Node], key: str) -> tuple[str, str] | None:
    """(setting, component): the choice, as it was written or by default, that has a setting called `key`."""
    for name, setting in known.items():
        registry = choice_of(setting.hint)
        if registry is None:
            continue
        written = name_and_settings(entries[name]) if name in entries else None
        chosen = written[0] if written else getattr(setting.default, "name", None)
        if chosen in registry and key in settings_of(registry[chosen]):
            return name, chosen
    return None


def list_of(known: dict[str, Setting], key: str, near: bool = False) -> tuple[str, str] | None:
    """(setting, component): the setting that is a list of components of which one is called `key`, or nearly so. The
    setting's own name may stand before it: gradient_noise, grad_clip."""
    for name, setting in known.items():
        item = item_of(setting.hint)
        registry = choice_of(item) if item is not None else None
        if registry is None:
            continue
        head, _, rest = key.partition("_")
        glued = rest and head[:4] == name[:4] and registry.nearest(rest)
        if found := key if key in registry else glued or near and registry.nearest(key):
            return name, found
    return None
