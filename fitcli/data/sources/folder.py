"""A folder of images: one sub-folder a class, or train/, val/ and test/ above the class folders.

The name of a class is the name of its folder, whatever the path above it says. Folders inside a class folder
belong to the class.
"""

from __future__ import annotations

import unicodedata
from pathlib import Path

import numpy as np

from fitcli.data.fileparts import FilesPart
from fitcli.data.files import find_images, lineage, subfolders
from fitcli.data.names import some, split_of
from fitcli.data.sources import SOURCES
from fitcli.data.sources.base import DEFAULT_SIZE, Contents, Part, Source
from fitcli.errors import DataError, Problem


@SOURCES.register("folder")
class Folder(Source):
    @staticmethod
    def recognises(root: Path) -> bool:
        return root.is_dir()

    @staticmethod
    def open(root: Path) -> Contents:
        warnings: list[str] = []
        folders = subfolders(root)
        if not folders:
            raise _no_class_folders(root)
        splits = [name for name in folders if split_of(name) and subfolders(root / name)]
        if not splits and all(split_of(name) for name in folders):
            raise DataError(Problem(
                f"{some(folders)} are names of splits, and there are no class folders in them",
                where=str(root), allowed=_layout(root),
            ))  # fmt: skip
        if not splits:
            return Contents({"train": _part(root, warnings)}, DEFAULT_SIZE, 3, tuple(warnings))
        _check_others(root, [name for name in folders if name not in splits], splits, warnings)
        parts: dict[str, Part] = {}
        for name in splits:
            if split_of(name) in parts:
                raise DataError(Problem(f"two folders hold the {split_of(name)} images", str(root), value=some(splits)))
            parts[split_of(name)] = _part(root / name, warnings)
        return Contents(parts, DEFAULT_SIZE, 3, tuple(warnings))


def _layout(root: Path) -> str:
    here = root.name or "."
    return f"one folder a class ({here}/cat/1.jpg, {here}/dog/1.jpg), or splits of them ({here}/train/cat/1.jpg)"


def _part(root: Path, warnings: list[str]) -> FilesPart:
    """The class folders in `root`, each with all images below it."""
    above = lineage(root)
    beside = find_images(root, deep=False)
    if beside.images:
        warnings.append(f"{root}: images outside of the class folders are not used: {some(beside.images)}")
    if beside.loops:
        warnings.append(f"{root}: links that lead back up are not followed: {some(beside.loops)}")
    folders: dict[str, str] = {}
    labels: list[int] = []
    keys: list[str] = []
    for folder in subfolders(root):
        name = _class_name(root, folder)
        if name in folders:
            raise DataError(Problem(f"{folders[name]!r} and {folder!r} are the same class name", where=str(root)))
        found = find_images(root / folder, above)
        if found.ignored:
            warnings.append(f"{root / folder}: files that are no images are not used: {some(found.ignored)}")
        if found.loops:
            warnings.append(f"{root / folder}: folders that were read already are not read again: {some(found.loops)}")
        labels += [len(folders)] * len(found.images)
        keys += [f"{folder}/{image}" for image in found.images]
        folders[name] = folder
    return FilesPart(str(root), tuple(folders), np.array(labels, np.int64), tuple(keys), str(root))


def _class_name(root: Path, folder: str) -> str:
    """The folder's name, in the one of Unicode's spellings (NFC) that all systems' folders are compared in."""
    try:
        folder.encode()
    except UnicodeEncodeError:
        raise DataError(Problem(f"the folder name {folder!a} is not valid UTF-8", where=str(root))) from None
    return unicodedata.normalize("NFC", folder)


def _no_class_folders(root: Path) -> DataError:
    found = find_images(root, deep=False)
    what = "the folder is empty" if not found.ignored else f"no images here, only {some(found.ignored)}"
    if found.images:
        what = f"{len(found.images)} images lie directly in this folder, so nothing says which class they are of"
    return DataError(Problem(what, where=str(root), allowed=_layout(root)))


def _check_others(root: Path, others: list[str], splits: list[str], warnings: list[str]) -> None:
    """Folders beside train/ are splits without classes or hold no images; a class there would be lost."""
    for name in others:
        if split_of(name):
            warnings.append(f"{root / name}: not used: there are no class folders in it")
        elif find_images(root / name, lineage(root)).images:
            raise DataError(Problem(
                f"{some(splits)} hold splits with class folders in them, but {name!r} beside them holds images too",
                where=str(root), allowed=_layout(root),
                hint=f"move {name!r} elsewhere, or into the split it belongs to",
            ))  # fmt: skip
        else:
            warnings.append(f"{root / name}: not used: no images in it")
