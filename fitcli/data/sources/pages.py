"""One file a class with all its images as pages: cat.tif, dog.tif, as microscopes and scanners write them.

The name of the file without its ending is the class; the files may lie in train/, val/ and test/, all of it in a zip or
tar archive. Pages may differ in size and kind, as image files may; where the first pages are of one size, the images
stay so.
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np

from fitcli.data.bundle import File, Files, Member
from fitcli.data.names import is_hidden, is_image_name, natural_key, some
from fitcli.data.pageparts import PagesPart, page_count
from fitcli.data.sources import SOURCES
from fitcli.data.sources.base import DEFAULT_SIZE, Contents, Source
from fitcli.data.splitfolders import Folder, split_folders
from fitcli.errors import DataError, Problem

ENDINGS = (".tif", ".tiff")
LOOKED_AT = 16  # files that tell whether pages are meant
GREY = ("1", "L", "F")
LAYOUT = "one TIFF file of several pages a class (cat.tif, dog.tif), or splits of them (train/cat.tif)"


@SOURCES.register("pages")
class Pages(Source):
    place = "any"

    @staticmethod
    def recognises(root: Path) -> bool:
        try:
            return any(_holds_pages(folder) for folder in split_folders(root, _files).values())
        except DataError:
            return False

    @staticmethod
    def open(root: Path) -> Contents:
        places = {split: folder for split, folder in split_folders(root, _files).items() if _files(folder.files)}
        if not places:
            raise DataError(Problem("no TIFF files here", str(root), allowed=LAYOUT))
        looks: list[tuple[tuple[int, int], str]] = []
        parts = {split: _part(folder, looks) for split, folder in places.items()}
        sizes = {size for size, _ in looks}
        grey = all(mode in GREY or mode.startswith("I") for _, mode in looks)
        return Contents(parts, sizes.pop() if len(sizes) == 1 else DEFAULT_SIZE, 1 if grey else 3)


def _files(files: Files) -> list[str]:
    """Names of the TIFF files in natural order."""
    named = {name: file for name, file in files.items() if name.lower().endswith(ENDINGS) and not is_hidden(name)}
    ordinary = [name for name, file in named.items() if isinstance(file, Member) or os.path.isfile(file)]
    return sorted(ordinary, key=natural_key)


def _holds_pages(folder: Folder) -> bool:
    """Whether its images are two or more TIFF files and one of them has several pages: such files in class folders, or
    beside photographs, are images of their own."""
    names = _files(folder.files)
    if len(names) < 2 or folder.deep or any(map(_is_other_image, folder.files)):
        return False
    return any(_is_stack(folder.files[name]) for name in names[:LOOKED_AT])


def _is_other_image(name: str) -> bool:
    return is_image_name(name) and not name.lower().endswith(ENDINGS) and not is_hidden(name)


def _is_stack(file: File) -> bool:
    try:
        return page_count(file)[0] > 1
    except DataError:
        return False


def _part(folder: Folder, looks: list[tuple[tuple[int, int], str]]) -> PagesPart:
    """`looks` gets size and mode of the first page of each file."""
    classes: dict[str, str] = {}
    labels, keys, places = [], [], []
    for file in _files(folder.files):
        name = folder.files[file].stem
        if name in classes:
            what = f"are two files of the class {name!r}"
            raise DataError(Problem(f"{some([classes[name], file])} {what}", folder.where))
        count, size, mode = page_count(folder.files[file])
        looks.append((size, mode))
        labels += [len(classes)] * count
        keys += [f"{name}/{page}" for page in range(count)]
        places += [(folder.files[file], page) for page in range(count)]
        classes[name] = file
    return PagesPart(folder.where, tuple(classes), np.array(labels, np.int64), tuple(keys), tuple(places))
