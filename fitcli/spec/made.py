"""A list that a component makes: `model: {preset: resnet, depth: 20}` in place of the layers themselves."""

from __future__ import annotations

from dataclasses import dataclass

from fitcli.registry import Registry, nearest
from fitcli.spec.choice import name_and_settings
from fitcli.spec.hints import split
from fitcli.spec.node import Node, plain
from fitcli.spec.words import show


@dataclass(frozen=True)
class Made:
    """Beside the hint of a list: {key: NAME, setting: value, ...} may stand there, NAME one of the registry.

    The component's method of the setting's own kind of items makes the list: `layers()`.
    """

    key: str
    registry: Registry

    def __str__(self) -> str:
        return f"{{{self.key}: NAME, ...}}"


def made_of(hint: object) -> Made | None:
    """What may make the list of this hint."""
    return next((limit for limit in split(hint)[1] if isinstance(limit, Made)), None)


def is_made(made: Made | None, node: Node | None) -> bool:
    """Whether `node` is written as a component that makes a list."""
    return made is not None and node is not None and isinstance(node.value, dict) and made.key in node.value


def without_key(made: Made, node: Node) -> Node:
    """The settings alone."""
    return Node({key: entry for key, entry in node.value.items() if key != made.key}, node.where)


def meant_name(made: Made, node: Node) -> str:
    """For {preset: resnett} or {preset: {resnet: {depth: 20}}}: what the value of the key should have been."""
    found = name_and_settings(node)
    if found is None:
        return ""
    if found[0] in made.registry:
        return written(made, *found)
    return made.registry.nearest(found[0]) or ""


def meant(made: Made, node: Node) -> str:
    """For `resnet`, {resnet: {depth: 20}} or {presets: resnet} where a list was expected."""
    found = name_and_settings(node)
    if found is not None and found[0] in made.registry:
        return written(made, *found)
    keys = list(node.value) if isinstance(node.value, dict) else []
    close = nearest(made.key, keys)
    if close is None:
        return ""
    return show({made.key if key == close else key: plain(entry) for key, entry in node.value.items()}).replace("'", "")


def written(made: Made, name: str, settings: Node) -> str:
    """{preset: resnet, depth: 20}."""
    more = settings.value if isinstance(settings.value, dict) else {}
    told = "".join(f", {key}: {show(plain(entry))}" for key, entry in more.items())
    return f"{{{made.key}: {name}{told}}}"
