"""The classes of images that may be of several, or of none, in a table: their names in one cell, or a 0 or 1 a class."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from fitcli.data.names import some
from fitcli.data.table import Row
from fitcli.errors import DataError, Problem

MARKS = "|;,"  # between names, the first of them that any cell has; where none has one, spaces
FLAGS = {"0": 0, "1": 1, "0.0": 0, "1.0": 1, "false": 0, "true": 1}


def split_tags(rows: Sequence[Row], where: str) -> list[tuple[str, ...]]:
    """The names in the column `labels` of each row: an empty cell has none, and a list as Python writes it, ['a', 'b'],
    has a and b. DataError where a name is there twice."""
    cells = [row["labels"] for _, row in rows]
    lists = all(cell.startswith("[") and cell.endswith("]") for cell in cells)
    mark = next((mark for mark in MARKS if any(mark in cell for cell in cells)), None)
    found = []
    for (line, _), cell in zip(rows, cells):
        names = [name.strip() for name in (cell[1:-1] if lists else cell).split(mark)]
        names = [name for name in (n.strip("'\"") if lists else n for n in names) if name]
        twice = [name for name, times in Counter(names).items() if times > 1]
        if twice:
            raise DataError(Problem(f"names a class twice: {some(twice)}", f"{where}:{line}"))
        found.append(tuple(names))
    return found


def tag_rows(tags: Sequence[tuple[str, ...]], classes: Sequence[str]) -> np.ndarray:
    """uint8 [N, K]: 1 where an image has the tag of that class."""
    index = {name: k for k, name in enumerate(classes)}
    labels = np.zeros((len(tags), len(classes)), np.uint8)
    for i, names in enumerate(tags):
        labels[i, [index[name] for name in names]] = 1
    return labels


def flag_rows(rows: Sequence[Row], classes: Sequence[str], where: str) -> np.ndarray:
    """uint8 [N, K] of a column of 0 and 1 a class; DataError, with the line, for other values."""
    labels = np.zeros((len(rows), len(classes)), np.uint8)
    for i, (line, row) in enumerate(rows):
        for k, name in enumerate(classes):
            flag = FLAGS.get(row[name].lower())
            if flag is None:
                hint = "a column `label` (or `labels`) with names of classes" if len(classes) == 1 else ""
                raise DataError(Problem(
                    f"{row[name]!r} in the column {name!r}, which would say whether an image is of the class {name!r}",
                    f"{where}:{line}", allowed="0 or 1", hint=hint or f"leave out the column {name!r} if it is no class",
                ))  # fmt: skip
            labels[i, k] = flag
    return labels
