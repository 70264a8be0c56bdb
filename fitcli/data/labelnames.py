"""A file with the names of the classes, one a line: line k (from 0) names the label k."""

from __future__ import annotations

from pathlib import Path

from fitcli.data.files import check_regular
from fitcli.data.names import some
from fitcli.errors import DataError, Problem


def read_names(path: Path) -> tuple[str, ...] | None:
    """The lines of `path`, empty ones at its end left out; None when there is no such file."""
    if not path.exists():
        return None
    check_regular(path)
    try:
        lines = [line.strip() for line in path.read_text("utf-8-sig").rstrip().splitlines()]
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(Problem(f"cannot be read: {error}", where=str(path))) from None
    if not lines or "" in lines:
        line = lines.index("") + 1 if lines else 1
        raise DataError(Problem("a class name is empty", where=f"{path}:{line}"))
    twice = [name for name in dict.fromkeys(lines) if lines.count(name) > 1]
    if twice:
        raise DataError(Problem(f"class names that occur twice: {some(twice)}", where=str(path)))
    return tuple(lines)
