"""A few large files that lie together, in a folder or in a zip or tar archive of one, where they are read in place.

This is how data sets of arrays are given away (CIFAR, MNIST); an archive of many files is one of images.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from io import BytesIO
from pathlib import Path, PurePosixPath
from threading import Lock
from typing import BinaryIO

from fitcli.data.files import check_regular, is_folder, subfolders
from fitcli.data.names import is_hidden
from fitcli.data.tarred import is_tar, open_tar, walk
from fitcli.data.zipped import check_member, is_zip, open_zip
from fitcli.errors import DataError, Problem

FEW = 64  # files; an archive with more of them is no bundle
MOST_BYTES = 2 << 30  # of a file in a zip archive; of all files of a tar archive, which are read in one walk into memory
HEAD = 16


@dataclass(frozen=True)
class Member:
    """A file in an archive, as far as it is asked what a Path is asked."""

    archive: _Archive
    key: str  # its name as the archive has it
    path: PurePosixPath
    head: bytes  # its first bytes

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def stem(self) -> str:
        return self.path.stem

    @property
    def suffix(self) -> str:
        return self.path.suffix

    def __str__(self) -> str:
        return f"{self.archive.root}/{self.path}"


File = Path | Member
Files = dict[str, File]  # by name


def bundles(root: Path) -> list[Files]:
    """The files of each folder that may be meant by `root`: its own and those of the only folder in it; for an archive,
    those of every folder in it. Nothing for an archive of many files, or a damaged one."""
    if not root.is_dir():
        return list(archived(root).values())
    found = [in_folder(root)]
    try:
        below = subfolders(root)
        if len(below) == 1:
            found.append(in_folder(root / below[0]))
    except DataError:
        pass
    return found


@contextmanager
def opened(file: File) -> Iterator[tuple[BinaryIO, int]]:
    """(the file's content, its size). DataError for what is no ordinary file."""
    if isinstance(file, Member):
        data = file.archive.take(file.key)
        yield BytesIO(data), len(data)
        return
    size = check_regular(file)
    with open(file, "rb") as content:
        yield content, size


def first_bytes(file: File) -> bytes:
    """What tells of which kind a file is; nothing where it cannot be read. Never waits for a pipe."""
    if isinstance(file, Member):
        return file.head
    try:
        check_regular(file)
        with open(file, "rb") as content:
            return content.read(HEAD)
    except (DataError, OSError):
        return b""


@dataclass(eq=False)
class _Archive:
    root: Path
    sizes: dict[str, int]
    held: dict[str, bytes] = field(default_factory=dict)  # of a tar archive: what was read on the way to another file
    lock: Lock = field(default_factory=Lock)  # on what is held

    def take(self, name: str) -> bytes:
        if is_zip(self.root):
            with open_zip(self.root) as archive:
                info = archive.getinfo(name)
                check_member(self.root, info)
                self._check_size(info.file_size)
                return archive.read(info)
        with self.lock:
            if name not in self.held:
                self._walk()
            return self.held.pop(name)

    def _check_size(self, size: int) -> None:
        if size > MOST_BYTES:
            raise DataError(Problem(f"has {size:,} bytes when unpacked; refused as more than {MOST_BYTES:,}", str(self.root)))

    def _walk(self) -> None:
        self._check_size(sum(self.sizes.values()))
        with open_tar(self.root) as archive:
            for info in walk(archive):
                if info.isreg() and self.sizes.get(info.name) == info.size:
                    self.held[info.name] = archive.extractfile(info).read()
        if self.held.keys() != self.sizes.keys():
            raise DataError(Problem("has changed while it was read", str(self.root)))


def in_folder(folder: Path) -> Files:
    """The files, or what is no folder, in a folder; nothing where it cannot be listed."""
    try:
        return {entry.name: folder / entry.name for entry in os.scandir(folder) if not is_folder(entry)}
    except OSError:
        return {}


def archived(root: Path) -> dict[PurePosixPath, Files]:
    """The files of each folder in an archive; nothing for one of many files, or a damaged one."""
    try:
        info = os.stat(root)
        found = _listed(root, info.st_size, info.st_mtime_ns, info.st_ino)
    except (DataError, OSError, ValueError):
        return {}
    archive = _Archive(root, {name: size for name, size, _ in found})
    folders: dict[PurePosixPath, Files] = {}
    for name, _, head in found:
        path = PurePosixPath(name)
        if not any(is_hidden(part) for part in path.parts if part != "."):
            folders.setdefault(path.parent, {})[path.name] = Member(archive, name, path, head)
    return folders


@lru_cache(maxsize=4)
def _listed(root: Path, *identity: int) -> tuple[tuple[str, int, bytes], ...]:
    """(name, size, first bytes) of all files; none when there are many. Kept, since several sources ask."""
    found: list[tuple[str, int, bytes]] = []
    if is_zip(root):
        with open_zip(root) as archive:
            infos = [info for info in archive.infolist() if not info.is_dir()]
            for info in infos if len(infos) <= FEW else ():
                check_member(root, info)
                with archive.open(info) as file:
                    found.append((info.filename, info.file_size, file.read(HEAD)))
    elif is_tar(root):
        with open_tar(root) as archive:
            for info in walk(archive):
                if info.isreg():
                    found.append((info.name, info.size, archive.extractfile(info).read(HEAD)))
                if len(found) > FEW:
                    return ()
    return tuple(found)
