"""What the commands have in common in showing things: results to stdout, progress and errors to stderr.

Names of files and classes come from outside. Control characters in them (terminal escapes, line breaks, marks that
turn the direction of writing) are shown as `\\x1b` and the like, never obeyed.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from fitcli.engine.plaintext import UNSAFE, plain, plain_lines

if TYPE_CHECKING:
    from rich.console import Console

    from fitcli.errors import Problem


def json_text(value: object) -> str:
    """One line of JSON in readable letters; what a terminal could obey is in \\u escapes, so nothing is lost."""
    from fitcli.engine.jsontext import dumps

    return UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04x}", dumps(value, ascii=False))


def problem_text(problem: Problem) -> str:
    """A line each for what is wrong, what is allowed and what to try; no name in them can begin another one."""
    fields = ("message", "where", "path", "allowed", "hint")
    return str(replace(problem, **{field: plain(getattr(problem, field)) for field in fields}))


def say(text: str) -> None:
    """A line of result, on stdout."""
    print(text)


def tell(text: str) -> None:
    """A line about the work, on stderr."""
    print(text, file=sys.stderr, flush=True)


def stdout_console() -> Console:
    return _console(sys.stdout)


def stderr_console() -> Console:
    return _console(sys.stderr)


def _console(file, width: int | None = None) -> Console:
    from rich.console import Console

    # a pipe has no width: nothing is cut off or wrapped for one, unless it is prose
    width = None if file.isatty() else width or 100_000
    return Console(file=file, width=width, highlight=False, markup=False, emoji=False)


def table(columns: Sequence[str], rows: Iterable[Sequence[object]], width: int | None = None) -> None:
    """Print a table on stdout. Columns whose cells are all numbers stand to the right. `width` is for tables to be read,
    not taken apart: where stdout is no terminal, words in cells are wrapped to it."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    cells = [[_cell(value) for value in row] for row in rows]
    grid = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for number, name in enumerate(columns):
        digits = all(re.fullmatch(r"[-+]?[\d,.]+(e[-+]?\d+)?( ?%)?|-|", row[number]) for row in cells)
        grid.add_column(Text(plain(name)), justify="right" if digits else "left", overflow="fold")
    for row in cells:
        grid.add_row(*map(Text, row))
    _console(sys.stdout, width).print(grid)


def _cell(value: object) -> str:
    if isinstance(value, bool) or value is None:
        return {True: "yes", False: "no", None: "-"}[value]
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:.4g}" if abs(value) < 10_000 else f"{value:,.0f}"
    if isinstance(value, (list, tuple)):
        return " × ".join(map(_cell, value))
    return plain(value)


def report(values: dict) -> None:
    """Show a dict: its plain values as a list, each list of dicts as a table with the keys as columns."""
    lists = {key: rows for key, rows in values.items() if _is_table(rows)}
    for rows in lists.values():
        keys = list(dict.fromkeys(key for row in rows for key in row))
        table([key.replace("_", " ") for key in keys], [[row.get(key, "") for key in keys] for row in rows])
        say("")
    pairs = {key: value for key, value in values.items() if not isinstance(value, dict | list)}
    width = max(map(len, pairs), default=0)
    for key, value in pairs.items():
        say(f"{plain(key).replace('_', ' '):<{width}}  {_cell(value)}")


def _is_table(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(row, dict) for row in value)
