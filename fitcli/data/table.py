"""A text file as a table: commas, semicolons or tabs between its columns, or spaces before the last of two."""

from __future__ import annotations

import csv
import io
import os
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from fitcli.data.files import check_regular
from fitcli.data.names import some
from fitcli.errors import DataError, Problem

COLUMNS = {
    "path": "path", "file": "path", "filename": "path", "file_name": "path", "filepath": "path", "image": "path",
    "image_path": "path", "img": "path",
    "label": "label", "class": "label", "target": "label", "category": "label", "class_name": "label",
    "labels": "labels", "tags": "labels", "classes": "labels", "targets": "labels", "categories": "labels",
    "split": "split", "set": "split", "subset": "split", "partition": "split",
    "group": "group", "subject": "group", "patient": "group", "patient_id": "group", "group_id": "group",
}  # fmt: skip
ORDER = ("path", "label", "split", "group")
MOST_BYTES = 1 << 30
LAYOUT = "lines of path,label[,split[,group]]"
Row = tuple[int, dict[str, str]]  # line, value by column


@dataclass(frozen=True)
class Table:
    """`columns` are those of ORDER, or `labels` in place of `label`, or neither but one for each of `classes`."""

    rows: list[Row]
    columns: tuple[str, ...]
    classes: tuple[str, ...] = ()


def delimiter_of(line: str) -> str:
    return next((mark for mark in ("\t", ",", ";") if mark in line), " ")


def split_line(line: str, delimiter: str) -> list[str]:
    if delimiter == " ":
        return line.strip().rsplit(None, 1)
    return [cell.strip() for cell in next(csv.reader([line], delimiter=delimiter), [])]


def read_table(root: Path) -> Table:
    """The rows below the first line where that names the columns, all rows where it does not."""
    cells = _cells(root)
    if not cells:
        raise DataError(Problem("lists no images", str(root), allowed=LAYOUT))
    head = cells[0][1]
    columns: list[str | None] = [COLUMNS.get(cell.lower()) for cell in head]
    classes: tuple[str, ...] = ()
    if "path" in columns and not {"label", "labels"} & set(columns):
        classes = tuple(name for name, known in zip(head, columns) if name and not known)
        columns = [known or name or None for name, known in zip(head, columns)]
    if "path" in columns and (classes or {"label", "labels"} & set(columns)):
        _check_head(f"{root}:{cells[0][0]}", classes)
        cells = cells[1:]
    else:
        columns, classes = list(ORDER[: len(head)]), ()
        if len(columns) < 2 or len(head) > len(ORDER):
            what = f"{len(head)} columns without names"
            raise DataError(Problem(what, f"{root}:{cells[0][0]}", allowed=f"{LAYOUT}, or a first line with names"))
    if not cells:
        raise DataError(Problem("lists no images behind its first line", str(root), allowed=LAYOUT))
    for line, row in cells:
        if len(row) < len(columns):
            wanted = ", ".join(filter(None, columns))
            raise DataError(Problem(f"{len(row)} of {len(columns)} columns", f"{root}:{line}", allowed=wanted))
    rows = [(line, {name: value for name, value in zip(columns, row) if name}) for line, row in cells]
    for line, row in rows:
        empty = next((name for name in ("path", "label") if not row.get(name, "-")), None)
        if empty:
            raise DataError(Problem(f"the {empty} is empty", f"{root}:{line}"))
    return Table(rows, tuple(filter(None, columns)), classes)


def _check_head(where: str, classes: tuple[str, ...]) -> None:
    twice = [name for name, times in Counter(classes).items() if times > 1]
    if twice:
        raise DataError(Problem(f"columns of the same name: {some(twice)}", where))


def _cells(root: Path) -> list[tuple[int, list[str]]]:
    """(line, cells) of each line that is not empty."""
    text = _text(root)
    delimiter = delimiter_of(next((line for line in text.splitlines() if line.strip()), ""))
    if delimiter == " ":
        cells = [(i, split_line(line, " ")) for i, line in enumerate(text.splitlines(), 1)]
    else:
        reader = csv.reader(io.StringIO(text), delimiter=delimiter)
        try:
            cells = [(reader.line_num, [cell.strip() for cell in row]) for row in reader]
        except csv.Error as error:
            raise DataError(Problem(f"is no table: {error}", f"{root}:{reader.line_num}")) from None
    return [(line, row) for line, row in cells if any(row)]


def _text(root: Path) -> str:
    check_regular(root)
    if os.path.getsize(root) > MOST_BYTES:
        raise DataError(Problem(f"is larger than {MOST_BYTES:,} bytes: this is no list", str(root)))
    try:
        return root.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError(Problem(f"byte {error.start} is not UTF-8 text", str(root))) from None
    except OSError as error:
        raise DataError(Problem(f"cannot be read: {error.strerror or error}", str(root))) from None
