"""Looking for images in folders: links that lead in circles, hidden names and other files beside them."""

from __future__ import annotations

import os
import re
import stat
from dataclasses import dataclass, field
from pathlib import Path

from fitcli.data.names import is_hidden, is_image_name, natural_key
from fitcli.errors import DataError, Problem
from fitcli.registry import nearest

# How the files of the readable formats begin: for files whose name does not say that they are images.
HEAD = 16
SIGNATURES = (
    b"\xff\xd8\xff", b"\x89PNG\r\n", b"GIF87a", b"GIF89a", b"II*\0", b"MM\0*", b"qoif",
    b"\0\0\0\x0cjP  ", b"\xff\x4f\xff\x51",
)  # fmt: skip


@dataclass
class Found:
    images: list[str] = field(default_factory=list)  # relative to the folder, "/" between the parts, in natural order
    ignored: list[str] = field(default_factory=list)  # files that are no images by name or content
    loops: list[str] = field(default_factory=list)  # links to a folder that is looked through already


def check_folder(path: str | os.PathLike) -> Path:
    """`path` as a folder that exists and may be listed. DataError saying what is there instead."""
    folder = Path(path)
    try:
        mode = os.stat(folder).st_mode
        if stat.S_ISDIR(mode):
            os.scandir(folder).close()
            return folder
    except FileNotFoundError:
        raise DataError(Problem("there is no such folder", where=str(folder), hint=_neighbour(folder))) from None
    except (OSError, ValueError) as error:
        raise DataError(Problem(f"cannot be opened: {getattr(error, 'strerror', None) or error}", where=str(folder))) from None
    raise DataError(Problem("is a file; a folder of images is wanted", where=str(folder)))


def check_place(path: str | os.PathLike) -> Path:
    """`path` as a folder that may be listed or a file that holds something. DataError saying what is there instead."""
    place = Path(path)
    try:
        if stat.S_ISDIR(os.stat(place).st_mode):
            return check_folder(place)
    except FileNotFoundError:
        return check_folder(place)
    except (OSError, ValueError):
        pass
    check_regular(place)
    return place


def check_regular(path: str | os.PathLike) -> int:
    """The size of a file that holds something. DataError unless `path` is one: opening a pipe or a device could wait for
    ever."""
    try:
        info = os.stat(path)
    except FileNotFoundError:
        raise DataError(Problem("there is no such file", where=os.fspath(path))) from None
    except (OSError, ValueError) as error:
        raise DataError(Problem(f"cannot be opened: {getattr(error, 'strerror', None) or error}", where=os.fspath(path))) from None
    if stat.S_ISDIR(info.st_mode):
        raise DataError(Problem("is a folder, not a file", where=os.fspath(path)))
    if not stat.S_ISREG(info.st_mode):
        raise DataError(Problem("is not a regular file but a pipe, socket or device", where=os.fspath(path)))
    if info.st_size == 0:
        raise DataError(Problem("is empty (0 bytes)", where=os.fspath(path)))
    return info.st_size


def _neighbour(folder: Path) -> str:
    try:
        names = {p.name.lower(): p for p in sorted(folder.parent.iterdir()) if p.is_dir()}
    except OSError:
        return ""
    match = nearest(folder.name, list(names))
    return str(names[match]) if match else ""


def lineage(folder: Path) -> set[tuple[int, int]]:
    """The identities of a folder and of all folders above it."""
    real = folder.resolve()
    return {_identity(path) for path in (real, *real.parents)}


def _identity(path: str | os.PathLike) -> tuple[int, int]:
    info = os.stat(path)
    return info.st_dev, info.st_ino


def is_folder(entry: os.DirEntry) -> bool:
    """Whether it is a folder or a link to one; a link that leads in a circle, or where nobody may go, is none."""
    try:
        return entry.is_dir()
    except OSError:
        return False


def is_file(entry: os.DirEntry) -> bool:
    """Whether it is an ordinary file or a link to one."""
    try:
        return entry.is_file()
    except OSError:
        return False


def subfolders(folder: Path) -> list[str]:
    """Names of the visible sub-folders in natural order, links to folders included unless they lead back up. DataError
    where they cannot be listed."""
    try:
        above = lineage(folder)
        with os.scandir(folder) as entries:
            names = [e.name for e in entries if is_folder(e) and not is_hidden(e.name)]
        return sorted((name for name in names if _identity(folder / name) not in above), key=natural_key)
    except OSError as error:
        raise DataError(Problem(f"cannot be listed: {error.strerror}", where=str(folder))) from None


def find_images(folder: str | os.PathLike, above: set[tuple[int, int]] = frozenset(), deep: bool = True) -> Found:
    """All images in `folder`, with `deep` also in the folders in it. Every real folder is looked through once,
    and none of `above`, so links cannot lead in circles.
    """
    root = check_folder(folder)
    seen = set(above) | lineage(root)
    found = Found()
    todo = [""]
    while todo:
        prefix = todo.pop()
        try:
            with os.scandir(root / prefix) as listing:
                entries = [e for e in listing if not is_hidden(e.name)]
        except OSError as error:
            raise DataError(Problem(f"cannot be listed: {error.strerror}", where=str(root / prefix))) from None
        for entry in sorted(entries, key=lambda e: natural_key(e.name)):
            name = prefix + entry.name
            if is_folder(entry):
                identity = _identity(entry.path)
                if identity in seen:
                    found.loops.append(name)
                elif deep:
                    seen.add(identity)
                    todo.append(f"{name}/")
            elif is_image_name(entry.name) or _looks_like_image(entry):
                found.images.append(name)
            else:
                found.ignored.append(name)
    for names in (found.images, found.ignored, found.loops):
        names.sort(key=natural_key)
    return found


def _looks_like_image(entry: os.DirEntry) -> bool:
    """True when an ordinary file begins as an image does. Never opens a pipe or a device."""
    try:
        if not is_file(entry):
            return False
        with open(entry.path, "rb") as file:
            head = file.read(HEAD)
    except OSError:
        return False
    return begins_as_image(head)


def begins_as_image(head: bytes) -> bool:
    """Whether these first 16 bytes of a file are those of an image."""
    webp_or_avif = (head[:4] == b"RIFF" and head[8:12] == b"WEBP") or head[4:12] in (b"ftypavif", b"ftypavis")
    bmp = head[:2] == b"BM" and head[6:10] == b"\0\0\0\0"
    return webp_or_avif or bmp or head.startswith(SIGNATURES) or re.match(rb"P[1-6]\s+[0-9#]", head) is not None
