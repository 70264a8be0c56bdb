"""From a file, or its text, to a Spec: all mistakes in one SpecError."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from fitcli.errors import Problem, SpecError
from fitcli.registry import nearest

if TYPE_CHECKING:
    from fitcli.spec.node import Node
    from fitcli.spec.settings import Spec

MAX_BYTES = 1_000_000
MAX_PROBLEMS = 100  # told at once


def load_spec(path: str | os.PathLike, overrides: Iterable[str] = (), data: str | os.PathLike | None = None) -> Spec:
    """The spec in a YAML file. `overrides` are KEY=VALUE, `data` replaces data.path; SpecError tells all mistakes."""
    name = os.fspath(path)
    try:
        with open(name, "rb") as file:
            content = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        raise SpecError(_unreadable(name, error)) from None
    if len(content) > MAX_BYTES:
        raise SpecError(Problem(f"the file is larger than {MAX_BYTES} bytes: this is no spec", name))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        message = f"byte {error.start} ({content[error.start]:#04x}) is not UTF-8 text"
        raise SpecError(Problem(message, f"{name}:{line}", hint="save the file as UTF-8")) from None
    return parse_spec(text, name, os.path.dirname(name) or ".", overrides, data)


def parse_spec(
    text: str,
    name: str = "<spec>",
    base_dir: str | os.PathLike = ".",
    overrides: Iterable[str] = (),
    data: str | os.PathLike | None = None,
) -> Spec:
    """The spec in a text. Its data.path is relative to `base_dir`, one from the command line to the current folder."""
    from dataclasses import replace

    from fitcli.spec.overrides import put, read_override
    from fitcli.spec.read import WRONG, Reader
    from fitcli.spec.settings import Spec
    from fitcli.spec.yaml import parse

    problems: list[Problem] = []
    root = parse(text.removeprefix("\ufeff"), lambda line: f"{name}:{line}", problems)
    for override in overrides:
        try:
            read = read_override(override)
            root = put(read, Spec, root, read.keys)
        except SpecError as error:
            problems += error.problems
    if data is not None:
        root = _with_data(root, os.fspath(data))
    reader = Reader(problems)
    spec = reader.section(Spec, _place_data(root, base_dir, problems), "")
    if spec is WRONG or problems:
        told, more = sorted(problems, key=_line)[:MAX_PROBLEMS], len(problems) - MAX_PROBLEMS
        raise SpecError(*told, *([f"and {more} mistakes more"] if more > 0 else []))
    return replace(spec, file=name, places=reader.places)


def _with_data(root: Node, path: str) -> Node:
    """The tree with data.path from `--data`; left alone where it is too broken to hold one."""
    from fitcli.spec.node import Node

    section = root.value.get("data") if isinstance(root.value, dict) else None
    entries = section.value if section else None
    if not isinstance(root.value, dict) or not isinstance(entries, dict | None):
        return root
    where = "--data"
    entries = {**(entries or {}), "path": Node(path, where)}
    named = entries.get("source")
    if named is not None and isinstance(named.value, str) and not _is_source(named.value, path):
        del entries["source"]  # what the spec says of its own data need not be true of other data
    data = Node(entries, section.where if section else where)
    return Node({**root.value, "data": data}, root.where)


def _is_source(name: str, path: str) -> bool:
    """Whether `path` is of the kind that the spec names; true of a name that is none, which reading the spec tells."""
    from fitcli.data.sources import SOURCES

    if name == "auto" or name not in SOURCES or "\0" in path:
        return True
    place = Path(os.path.expanduser(path))
    kind = "folder" if place.is_dir() else "file"
    return SOURCES[name].place in (kind, "any") and SOURCES[name].recognises(place)


def _place_data(root: Node, base_dir: str | os.PathLike, problems: list[Problem]) -> Node:
    """The tree with data.path made absolute."""
    from fitcli.spec.node import Node

    data = root.value.get("data") if isinstance(root.value, dict) else None
    node = data.value.get("path") if data and isinstance(data.value, dict) else None
    if node is None or not isinstance(node.value, str):
        return root
    if not node.value or "\0" in node.value:
        message = f"{node.value[:60]!r} is no path"
        problems.append(Problem(message, node.where, "data.path", node.value, "the path of a folder"))
        return root
    base = "." if node.where.startswith("--") else base_dir
    place = os.path.realpath(os.path.join(base, os.path.expanduser(node.value)))
    return Node({**root.value, "data": Node({**data.value, "path": Node(place, node.where)}, data.where)}, root.where)


def _unreadable(name: str, error: Exception) -> Problem:
    """Why the file cannot be read, and the spec that was probably meant."""
    folder = name if isinstance(error, IsADirectoryError) else os.path.dirname(name) or "."
    try:
        near = sorted(entry.name for entry in os.scandir(folder) if entry.name.endswith((".yaml", ".yml")))
    except (OSError, ValueError):
        near = []
    if isinstance(error, IsADirectoryError):
        message, close = "this is a folder, not a spec", "spec.yaml" if "spec.yaml" in near else next(iter(near), None)
    elif isinstance(error, FileNotFoundError):
        message, close = "there is no such file", nearest(os.path.basename(name), near)
    else:
        message, close = f"the file cannot be read ({getattr(error, 'strerror', None) or error})", None
    hint = os.path.join(os.path.dirname(name) if folder != name else name, close) if close else ""
    return Problem(message, name, value=name, allowed="a YAML file", hint=hint)


def _line(problem: Problem) -> tuple[bool, int]:
    """Sort by line, the command line last."""
    line = problem.where.rpartition(":")[2]
    return problem.where.startswith("--"), int(line) if line.isdecimal() else 0
