"""One file a class with all its images stacked in an array: cat.npy, dog.npy, each N × H × W or N × H × W × C, or IDX
files of N × H × W bytes: cat-idx3-ubyte, cat.idx3-ubyte, cat.idx, plain or with .gz.

Rows of N × S² numbers are square images laid out in rows (Quick, Draw! has them so). The name of the file without its
ending is the class; the files may lie in train/, val/ and test/, and all of it in a zip or tar archive (a zip archive
with NPY files at its top is taken for an .npz, unless `source: stacked` says otherwise). NPY files in folders are read
from the disk where they are needed.
Source: https://github.com/googlecreativelab/quickdraw-dataset
"""

from __future__ import annotations

import math
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from pathlib import Path

import numpy as np

from fitcli.data.arrayparts import ArrayPart, image_shape
from fitcli.data.bundle import File, Files, Member
from fitcli.data.idxfile import idx_shape, read_idx
from fitcli.data.names import is_hidden, natural_key, some
from fitcli.data.npy import MAGIC, map_npy, npy_header
from fitcli.data.sources import SOURCES
from fitcli.data.sources.base import Contents, Source
from fitcli.data.splitfolders import Folder, split_folders
from fitcli.errors import DataError, Problem

ENDING = re.compile(r"(\.npy|([.-]images)?[.-]idx(3-ubyte)?(\.gz)?)$", re.IGNORECASE)
IDX = (b"\0\0\x08\x03", b"\x1f\x8b")
LAYOUT = "one array a class (cat.npy, dog.npy), or splits of them (train/cat.npy)"


@SOURCES.register("stacked")
class Stacked(Source):
    place = "any"

    @staticmethod
    def recognises(root: Path) -> bool:
        try:
            return any(len(_arrays(folder.files)) > 1 for folder in split_folders(root, _arrays).values())
        except DataError:
            return False

    @staticmethod
    def open(root: Path) -> Contents:
        parts = {s: _part(folder) for s, folder in split_folders(root, _arrays).items() if _arrays(folder.files)}
        if not parts:
            raise DataError(Problem("no .npy or IDX files here", str(root), allowed=LAYOUT))
        shapes = {part.shape for part in parts.values()}
        if len(shapes) > 1:
            raise DataError(Problem(f"splits of different shapes: {_told(shapes)}", str(root)))
        h, w, c = shapes.pop()
        return Contents(parts, (h, w), 1 if c == 1 else 3, fixed=True)


@dataclass(frozen=True)
class Stack:
    """The arrays of several files one behind the other; `stack[indices]` reads those rows alone."""

    files: tuple[File, ...]
    counts: tuple[int, ...]

    @cached_property
    def arrays(self) -> list[np.ndarray]:
        return [map_npy(path) if _is_npy(path.name) else read_idx(path, 3) for path in self.files]

    def __getitem__(self, indices: np.ndarray) -> np.ndarray:
        ends = np.cumsum(self.counts)
        which = np.searchsorted(ends, indices, "right")
        rows = indices - (ends - self.counts)[which]
        found = np.empty((len(indices), *self.arrays[0].shape[1:]), self.arrays[0].dtype)
        for k in np.unique(which):
            found[which == k] = self.arrays[k][rows[which == k]].reshape(-1, *found.shape[1:])
        return found

    def __iter__(self) -> Iterator[np.ndarray]:
        return chain.from_iterable(self.arrays)


def _arrays(files: Files) -> list[str]:
    """Names of the files that begin as arrays do; never opens a pipe or a device."""
    found = []
    for name, file in files.items():
        if ENDING.search(name) and not is_hidden(name):
            begins = _begin(file)
            if begins.startswith(MAGIC) if _is_npy(name) else begins.startswith(IDX):
                found.append(name)
    return sorted(found, key=natural_key)


def _begin(file: File) -> bytes:
    """Its first bytes; none of a pipe. DataError where it cannot be read: a class would be missing."""
    if isinstance(file, Member):
        return file.head
    try:
        if not os.path.isfile(file):
            return b""
        with open(file, "rb") as content:
            return content.read(len(MAGIC))
    except OSError as error:
        raise DataError(Problem(f"cannot be read: {error.strerror or error}", str(file))) from None


def _part(folder: Folder) -> ArrayPart:
    files = _arrays(folder.files)
    counts, shapes, kinds = [], {}, {}
    for name in files:
        own, kind = _header(folder.files[name])
        shape, first = _shape(own, str(folder.files[name]))
        if first:
            raise DataError(Problem("has its channels in front; N x H x W x C is wanted", str(folder.files[name])))
        kinds[kind] = name
        counts.append(shape[0])
        shapes.setdefault(shape[1:], name)
    if len(shapes) > 1:
        what = f"{some(list(shapes.values()))} hold images of different shapes: {_told(shapes)}"
        raise DataError(Problem(what, folder.where))
    if len(kinds) > 1:
        raise DataError(Problem(f"arrays of different types: {', '.join(sorted(map(str, kinds)))}", folder.where))
    (shape,) = shapes
    classes = tuple(ENDING.sub("", name) for name in files)
    if len(set(classes)) < len(files):
        raise DataError(Problem(f"several files of one class among {some(files)}", folder.where))
    labels = np.repeat(np.arange(len(files)), counts)
    keys = tuple(f"{name}/{row}" for name, count in zip(classes, counts) for row in range(count))
    stack = Stack(tuple(folder.files[name] for name in files), tuple(counts))
    return ArrayPart(folder.where, lambda: stack, shape, classes, labels, keys)


def _is_npy(name: str) -> bool:
    return name.lower().endswith(".npy")


def _header(path: File) -> tuple[tuple[int, ...], np.dtype]:
    if not _is_npy(path.name):
        return idx_shape(path, 3), np.dtype(np.uint8)
    header = npy_header(path)
    return header.shape, header.dtype


def _shape(shape: tuple[int, ...], where: str) -> tuple[tuple[int, ...], bool]:
    """((N, height, width, channels), channels first)."""
    side = math.isqrt(shape[1]) if len(shape) == 2 else 0
    if side and side * side == shape[1]:
        return (shape[0], side, side, 1), False
    one, first = image_shape(shape, where)
    return (shape[0], *one), first


def _told(shapes) -> str:
    return " and ".join(" x ".join(map(str, shape)) for shape in sorted(shapes))
