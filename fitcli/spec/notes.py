"""What the authors of a component say about it and its settings: docstrings, and comments behind the fields."""

from __future__ import annotations

import inspect
import io
import re
import sys
import tokenize
from dataclasses import is_dataclass
from functools import cache


@cache
def notes_of(cls: type) -> dict[str, str]:
    """The comment on the line of each field that has one."""
    found: dict[str, str] = {}
    for base in reversed([base for base in cls.__mro__ if is_dataclass(base)]):
        source = inspect.cleandoc("\n" + inspect.getsource(base))
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            field = re.match(r"    (\w+)\s*:", token.line)
            if token.type == tokenize.COMMENT and field:
                found[field[1]] = token.string.lstrip("# ")
    return {name: note for name, note in found.items() if not note.startswith("fmt:")}


def text_of(cls: type) -> str:
    """What a component does: its docstring behind that of its file."""
    own = cls.__doc__ or ""
    if own.startswith(f"{cls.__name__}("):  # written by the dataclass decorator
        own = ""
    file = sys.modules[cls.__module__].__doc__ or ""
    return "\n\n".join(filter(None, map(inspect.cleandoc, (file, own))))


def summary_of(cls: type) -> str:
    """The first sentence about a component, on one line."""
    first = " ".join(text_of(cls).partition("\n\n")[0].split())
    return re.split(r"(?<=[^.A-Z]{2}\.) ", first)[0]
