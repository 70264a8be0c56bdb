"""Folders of a few large files, one a class, on the disk or in an archive: one folder, or train/, val/ and test/."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from fitcli.data.bundle import Files, archived, in_folder
from fitcli.data.files import subfolders
from fitcli.data.names import split_of


@dataclass(frozen=True)
class Folder:
    where: str  # to name it in messages
    files: Files
    deep: bool  # whether other folders lie in it


def split_folders(root: Path, wanted: Callable[[Files], list[str]]) -> dict[str, Folder]:
    """The folder of each split that has files that are `wanted`; where none is called as a split is, `root` itself is the
    training images, or the only folder of an archive that has such files. DataError where none can be listed."""
    if not root.is_dir():
        return _in_archive(root, wanted)
    below = subfolders(root)
    found = {split_of(name): _on_disk(root / name) for name in below if split_of(name)}
    found = {split: folder for split, folder in found.items() if wanted(folder.files)}
    return found or {"train": Folder(str(root), in_folder(root), bool(below))}


def _on_disk(path: Path) -> Folder:
    return Folder(str(path), in_folder(path), bool(subfolders(path)))


def _in_archive(root: Path, wanted: Callable[[Files], list[str]]) -> dict[str, Folder]:
    """Nothing where folders with such files are neither all of them splits, each there once, nor a single one."""
    listed = archived(root)
    found = {path: files for path, files in listed.items() if wanted(files)}
    splits = [split_of(path.name) for path in found]
    if len(found) == 1:
        splits = [splits[0] or "train"]
    if None in splits or len(set(splits)) < len(splits):
        return {}
    return {
        split: Folder(str(root / path), files, any(path in other.parents for other in listed))
        for split, (path, files) in zip(splits, found.items(), strict=True)
    }
