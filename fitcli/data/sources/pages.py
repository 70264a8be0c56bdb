"""One file a class with all its images as pages: cat.tif, dog.tif, as microscopes and scanners write them.

The name of the file without its ending is the class; the files may lie in train/, val/ and test/. Pages may differ in size
and kind, as image files may; where the first pages are of one size, the images stay so.
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np

from fitcli.data.files import is_file, subfolders
from fitcli.data.names import is_hidden, is_image_name, natural_key, some, split_of
from fitcli.data.pageparts import PagesPart, page_count
from fitcli.data.sources import SOURCES
from fitcli.data.sources.base import DEFAULT_SIZE, Contents, Source
from fitcli.errors import DataError, Problem

ENDINGS = (".tif", ".tiff")
LOOKED_AT = 16  # files that tell whether pages are meant
GREY = ("1", "L", "F")
LAYOUT = "one TIFF file of several pages a class (cat.tif, dog.tif), or splits of them (train/cat.tif)"


@SOURCES.register("pages")
class Pages(Source):
    @staticmethod
    def recognises(root: Path) -> bool:
        try:
            return any(_holds_pages(folder) for folder in _places(root).values())
        except DataError:
            return False

    @staticmethod
    def open(root: Path) -> Contents:
        places = {split: folder for split, folder in _places(root).items() if _files(folder)}
        if not places:
            raise DataError(Problem("no TIFF files here", str(root), allowed=LAYOUT))
        looks: list[tuple[tuple[int, int], str]] = []
        parts = {split: _part(folder, looks) for split, folder in places.items()}
        sizes = {size for size, _ in looks}
        grey = all(mode in GREY or mode.startswith("I") for _, mode in looks)
        return Contents(parts, sizes.pop() if len(sizes) == 1 else DEFAULT_SIZE, 1 if grey else 3)


def _places(root: Path) -> dict[str, Path]:
    """Folder by split."""
    below = {split_of(name): root / name for name in subfolders(root) if split_of(name)}
    return below if any(_files(folder) for folder in below.values()) else {"train": root}


def _files(folder: Path) -> list[str]:
    """Names of the TIFF files in natural order."""
    try:
        names = [entry.name for entry in os.scandir(folder) if is_file(entry) and not is_hidden(entry.name)]
    except OSError:
        return []
    return sorted((name for name in names if name.lower().endswith(ENDINGS)), key=natural_key)


def _holds_pages(folder: Path) -> bool:
    """Whether its images are two or more TIFF files and one of them has several pages: such files in class folders, or
    beside photographs, are images of their own."""
    files = _files(folder)
    if len(files) < 2 or subfolders(folder) or any(_is_other_image(entry) for entry in os.scandir(folder)):
        return False
    return any(_is_stack(folder / name) for name in files[:LOOKED_AT])


def _is_other_image(entry: os.DirEntry) -> bool:
    name = entry.name.lower()
    return is_image_name(name) and not name.endswith(ENDINGS) and not is_hidden(name)


def _is_stack(path: Path) -> bool:
    try:
        return page_count(str(path))[0] > 1
    except DataError:
        return False


def _part(folder: Path, looks: list[tuple[tuple[int, int], str]]) -> PagesPart:
    """`looks` gets size and mode of the first page of each file."""
    classes: dict[str, str] = {}
    labels, keys, places = [], [], []
    for file in _files(folder):
        name = Path(file).stem
        if name in classes:
            what = f"are two files of the class {name!r}"
            raise DataError(Problem(f"{some([classes[name], file])} {what}", str(folder)))
        count, size, mode = page_count(str(folder / file))
        looks.append((size, mode))
        labels += [len(classes)] * count
        keys += [f"{name}/{page}" for page in range(count)]
        places += [(str(folder / file), page) for page in range(count)]
        classes[name] = file
    return PagesPart(str(folder), tuple(classes), np.array(labels, np.int64), tuple(keys), tuple(places))
