"""A text file that lists images with their labels: CSV with commas, semicolons or tabs, or words with spaces between.

    path,label,split,group          the columns, named in a first line in any order (split and group may be missing)
    photos/1.jpg,cat,train,tom      without such a line they are path, label, split, group in this order
    photos/1.jpg 0                  as Caffe has it: the last word is the label

Paths are relative to the list's folder. `split` is train, val or test; without it all images are to be divided.
`group` says which images must stay on one side of a split (`split: {by: group}`). A file `classes.txt` beside the list
names labels that are numbers.
"""

from __future__ import annotations

import csv
import io
import os
import re
from collections import Counter
from pathlib import Path

import numpy as np

from fitcli.data.fileparts import FilesPart
from fitcli.data.files import check_regular
from fitcli.data.labelnames import read_names
from fitcli.data.names import natural_key, some, split_of
from fitcli.data.sources import SOURCES
from fitcli.data.sources.base import DEFAULT_SIZE, Contents, Source
from fitcli.errors import DataError, Problem

COLUMNS = {
    "path": "path", "file": "path", "filename": "path", "file_name": "path", "filepath": "path", "image": "path",
    "image_path": "path", "img": "path",
    "label": "label", "class": "label", "target": "label", "category": "label", "class_name": "label",
    "split": "split", "set": "split", "subset": "split", "partition": "split",
    "group": "group", "subject": "group", "patient": "group", "patient_id": "group", "group_id": "group",
}  # fmt: skip
ORDER = ("path", "label", "split", "group")
LOOKED_AT = 4096  # bytes that tell whether a file is a list
MOST_BYTES = 1 << 30
LAYOUT = "lines of path,label[,split[,group]]"
Row = tuple[int, dict[str, str]]  # line, value by column


@SOURCES.register("list")
class ListFile(Source):
    place = "file"

    @staticmethod
    def recognises(root: Path) -> bool:
        try:
            check_regular(root)
            with open(root, "rb") as file:
                head = file.read(LOOKED_AT)
            text = head.decode("utf-8-sig")
        except (DataError, OSError):
            return False
        except UnicodeDecodeError as error:
            if error.start < len(head) - 4:
                return False
            text = head[: error.start].decode("utf-8-sig")
        lines = [line for line in text.splitlines() if line.strip()]
        return "\0" not in text and bool(lines) and len(_split(lines[0], _delimiter(lines[0]))) > 1

    @staticmethod
    def open(root: Path) -> Contents:
        rows = _rows(root)
        names = read_names(root.parent / "classes.txt")
        labels = _labels(root, rows, names)
        splits = [_split_name(root, line, row) for line, row in rows]
        if None in splits and any(splits):
            line = rows[splits.index(None)][0]
            raise DataError(Problem("no split here, though other lines have one", f"{root}:{line}"))
        parts = {}
        for split in dict.fromkeys(split or "train" for split in splits):
            chosen = [i for i, s in enumerate(splits) if (s or "train") == split]
            parts[split] = _part(root, [rows[i][1] for i in chosen], [labels[i] for i in chosen], names)
        return Contents(parts, DEFAULT_SIZE, 3)


def _delimiter(line: str) -> str:
    return next((mark for mark in ("\t", ",", ";") if mark in line), " ")


def _split(line: str, delimiter: str) -> list[str]:
    if delimiter == " ":
        return line.strip().rsplit(None, 1)
    return [cell.strip() for cell in next(csv.reader([line], delimiter=delimiter), [])]


def _rows(root: Path) -> list[Row]:
    text = _text(root)
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = _delimiter(first)
    if delimiter == " ":
        cells = [(i, _split(line, " ")) for i, line in enumerate(text.splitlines(), 1)]
    else:
        reader = csv.reader(io.StringIO(text), delimiter=delimiter)
        try:
            cells = [(reader.line_num, [cell.strip() for cell in row]) for row in reader]
        except csv.Error as error:
            raise DataError(Problem(f"is no table: {error}", f"{root}:{reader.line_num}")) from None
    cells = [(line, row) for line, row in cells if any(row)]
    if not cells:
        raise DataError(Problem("lists no images", str(root), allowed=LAYOUT))
    columns = [COLUMNS.get(cell.lower()) for cell in cells[0][1]]
    if "path" in columns and "label" in columns:
        cells = cells[1:]
    else:
        columns = list(ORDER[: len(cells[0][1])])
        if len(columns) < 2 or len(cells[0][1]) > len(ORDER):
            what = f"{len(cells[0][1])} columns without names"
            raise DataError(Problem(what, f"{root}:{cells[0][0]}", allowed=f"{LAYOUT}, or a first line with names"))
    if not cells:
        raise DataError(Problem("lists no images behind its first line", str(root), allowed=LAYOUT))
    for line, row in cells:
        if len(row) < len(columns):
            wanted = ", ".join(filter(None, columns))
            raise DataError(Problem(f"{len(row)} of {len(columns)} columns", f"{root}:{line}", allowed=wanted))
    rows = [(line, {name: value for name, value in zip(columns, row) if name}) for line, row in cells]
    for line, row in rows:
        if not row["path"] or not row["label"]:
            raise DataError(Problem(f"the {'path' if not row['path'] else 'label'} is empty", f"{root}:{line}"))
    return rows


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


def _split_name(root: Path, line: int, row: dict[str, str]) -> str | None:
    if not row.get("split"):
        return None
    split = split_of(row["split"])
    if split is None:
        raise DataError(Problem(f"{row['split']!r} is no split", f"{root}:{line}", allowed="train, val, test"))
    return split


def _labels(root: Path, rows: list[Row], names: tuple[str, ...] | None) -> list[str]:
    """The class of each row, by `names` where labels are numbers."""
    if names is None or not all(re.fullmatch("[0-9]{1,9}", row["label"]) for _, row in rows):
        return [row["label"] for _, row in rows]
    for line, row in rows:
        if int(row["label"]) >= len(names):
            what = f"the label is {row['label']}, but classes.txt has names for 0 to {len(names) - 1} only"
            raise DataError(Problem(what, f"{root}:{line}"))
    return [names[int(row["label"])] for _, row in rows]


def _part(root: Path, rows: list[dict[str, str]], labels: list[str], names: tuple[str, ...] | None) -> FilesPart:
    keys = tuple(row["path"] for row in rows)
    if len(set(keys)) < len(keys):
        twice = [key for key, times in Counter(keys).items() if times > 1]
        raise DataError(Problem(f"lists images more than once: {some(twice)}", str(root)))
    used = set(labels)
    known = names is not None and used <= set(names)
    classes = tuple(name for name in names if name in used) if known else tuple(sorted(used, key=natural_key))
    index = {name: i for i, name in enumerate(classes)}
    groups = tuple(row["group"] for row in rows) if "group" in rows[0] else None
    numbers = np.array([index[label] for label in labels], np.int64)
    return FilesPart(str(root), classes, numbers, keys, str(root.parent), groups)
