"""A text file that lists images with their labels: CSV with commas, semicolons or tabs, or words with spaces between.

    path,label,split,group          the columns, named in a first line in any order (split and group may be missing)
    photos/1.jpg,cat,train,tom      without such a line they are path, label, split, group in this order
    photos/1.jpg 0                  as Caffe has it: the last word is the label

    path,labels                     several classes an image, or none: names with | between them, or ; or , or spaces
    photos/1.jpg,cat|grass

    path,cat,dog,grass              or one column of 0 and 1 for each class
    photos/1.jpg,1,0,1

Paths are relative to the list's folder. `split` is train, val or test; without it all images are to be divided.
`group` says which images must stay on one side of a split (`split: {by: group}`). A file `classes.txt` beside the list
names labels that are numbers.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from fitcli.data.fileparts import FilesPart
from fitcli.data.files import check_regular
from fitcli.data.labelnames import read_names
from fitcli.data.names import natural_key, some, split_of
from fitcli.data.sources import SOURCES
from fitcli.data.sources.base import DEFAULT_SIZE, Contents, Source
from fitcli.data.table import Row, Table, delimiter_of, read_table, split_line
from fitcli.data.tags import flag_rows, split_tags, tag_rows
from fitcli.errors import DataError, Problem

LOOKED_AT = 4096  # bytes that tell whether a file is a list
Names = tuple[str, ...]


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
        return "\0" not in text and bool(lines) and len(split_line(lines[0], delimiter_of(lines[0]))) > 1

    @staticmethod
    def open(root: Path) -> Contents:
        table = read_table(root)
        names = read_names(root.parent / "classes.txt")
        labels = _labels(root, table, names)
        splits = [_split_name(root, line, row) for line, row in table.rows]
        if None in splits and any(splits):
            line = table.rows[splits.index(None)][0]
            raise DataError(Problem("no split here, though other lines have one", f"{root}:{line}"))
        parts = {}
        for split in dict.fromkeys(split or "train" for split in splits):
            chosen = [i for i, s in enumerate(splits) if (s or "train") == split]
            if table.classes:
                classes, numbers = table.classes, labels[chosen]
            else:
                classes, numbers = _numbered([labels[i] for i in chosen], names)
            parts[split] = _part(root, [table.rows[i] for i in chosen], classes, numbers)
        return Contents(parts, DEFAULT_SIZE, 3)


def _split_name(root: Path, line: int, row: dict[str, str]) -> str | None:
    if not row.get("split"):
        return None
    split = split_of(row["split"])
    if split is None:
        raise DataError(Problem(f"{row['split']!r} is no split", f"{root}:{line}", allowed="train, val, test"))
    return split


def _labels(root: Path, table: Table, names: Names | None) -> list[str] | list[Names] | np.ndarray:
    """Of each row the name of its class, or a tuple of names, or 0 or 1 for each class."""
    if table.classes:
        return flag_rows(table.rows, table.classes, str(root))
    if "label" in table.columns:
        return [name for (name,) in _renamed(root, table.rows, [(row["label"],) for _, row in table.rows], names)]
    return _renamed(root, table.rows, split_tags(table.rows, str(root)), names)


def _renamed(root: Path, rows: list[Row], labels: list[Names], names: Names | None) -> list[Names]:
    """By `names` where all labels are numbers."""
    if names is None or not all(re.fullmatch("[0-9]{1,9}", name) for own in labels for name in own):
        return labels
    for (line, _), own in zip(rows, labels):
        if any(int(name) >= len(names) for name in own):
            wrong = max(own, key=int)
            what = f"the label is {wrong}, but classes.txt has names for 0 to {len(names) - 1} only"
            raise DataError(Problem(what, f"{root}:{line}"))
    return [tuple(names[int(name)] for name in own) for own in labels]


def _numbered(labels: list[str] | list[Names], names: Names | None) -> tuple[Names, np.ndarray]:
    """(classes, labels as a Part has them)."""
    if labels and isinstance(labels[0], tuple):
        classes = _ordered((name for own in labels for name in own), names)
        return classes, tag_rows(labels, classes)
    classes = _ordered(labels, names)
    index = {name: i for i, name in enumerate(classes)}
    return classes, np.array([index[label] for label in labels], np.int64)


def _ordered(used: Iterable[str], names: Names | None) -> Names:
    """As in `names` where these have all of them, else in natural order."""
    used = set(used)
    known = names is not None and used <= set(names)
    return tuple(name for name in names if name in used) if known else tuple(sorted(used, key=natural_key))


def _part(root: Path, rows: list[Row], classes: Names, labels: np.ndarray) -> FilesPart:
    keys = tuple(row["path"] for _, row in rows)
    if len(set(keys)) < len(keys):
        twice = [key for key, times in Counter(keys).items() if times > 1]
        raise DataError(Problem(f"lists images more than once: {some(twice)}", str(root)))
    groups = tuple(row["group"] for _, row in rows) if "group" in rows[0][1] else None
    return FilesPart(str(root), classes, labels, keys, str(root.parent), groups)
