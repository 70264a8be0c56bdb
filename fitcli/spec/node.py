"""A value of the spec before it has a type, and the place it was written at."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Node:
    """`value` is None, bool, int, float, str, a list of nodes or a dict of nodes; nodes are shared, never changed.

    `where` is "file:line" (of the key, for a value of a mapping) or the command-line option it came from.
    """

    value: object
    where: str


def below(path: str, key: str | int) -> str:
    """The path of an entry: ("model", 3) → "model[3]", ("fit", "batch") → "fit.batch"."""
    if isinstance(key, int):
        return f"{path}[{key}]"
    if not re.fullmatch(r"[\w-]{1,60}", key):
        key = repr(key if len(key) <= 60 else key[:57] + "...")
    return f"{path}.{key}" if path else key


def plain(node: Node) -> object:
    """The node's value without its places."""
    if isinstance(node.value, list):
        return [plain(item) for item in node.value]
    if isinstance(node.value, dict):
        return {key: plain(item) for key, item in node.value.items()}
    return node.value


def node_of(value: object, where: str) -> Node:
    """The inverse of `plain`, every node at the same place."""
    if isinstance(value, list):
        return Node([node_of(item, where) for item in value], where)
    if isinstance(value, dict):
        return Node({key: node_of(item, where) for key, item in value.items()}, where)
    return Node(value, where)
