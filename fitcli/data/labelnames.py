"""A file with the names of the classes, one a line: line k (from 0) names the label k."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

from fitcli.data.bundle import File, opened
from fitcli.data.names import some
from fitcli.errors import DataError, Problem

MOST_BYTES = 10_000_000


def read_names(path: File | None) -> tuple[str, ...] | None:
    """The lines of `path`, empty ones at its end left out; None when there is no such file."""
    if path is None or (isinstance(path, Path) and not os.path.lexists(path)):
        return None
    try:
        with opened(path) as (file, size):
            if size > MOST_BYTES:
                raise DataError(Problem(f"is larger than {MOST_BYTES:,} bytes: these are no names", where=str(path)))
            lines = [line.strip() for line in file.read().decode("utf-8-sig").rstrip().splitlines()]
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(Problem(f"cannot be read: {error}", where=str(path))) from None
    if not lines or "" in lines:
        line = lines.index("") + 1 if lines else 1
        raise DataError(Problem("a class name is empty", where=f"{path}:{line}"))
    twice = [name for name, times in Counter(lines).items() if times > 1]
    if twice:
        raise DataError(Problem(f"class names that occur twice: {some(twice)}", where=str(path)))
    return tuple(lines)
