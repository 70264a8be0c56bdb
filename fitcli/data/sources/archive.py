"""A zip or tar archive (plain, or packed by gzip, bzip2 or xz) of a folder of images, read in place.

It is laid out as the source `folder` wants it: one folder a class, or train/, val/ and test/ above those. Folders that
hold nothing but one other folder, as archives often begin with, are passed over. Nothing is unpacked onto the disk.
"""

from __future__ import annotations

import posixpath
import unicodedata
import zipfile
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import IO

import numpy as np

from fitcli.data.files import HEAD, begins_as_image
from fitcli.data.memberparts import Member, Members, MembersPart
from fitcli.data.names import is_hidden, is_image_name, natural_key, some, split_of
from fitcli.data.sources import SOURCES
from fitcli.data.sources.base import DEFAULT_SIZE, Contents, Source
from fitcli.data.sources.npz import Npz
from fitcli.data.tarred import is_tar, open_tar, walk
from fitcli.data.zipped import check_member, is_zip, open_zip
from fitcli.errors import DataError, Problem

MOST_BYTES = 300 << 20  # of one image file: all pixels that an image may have, in colour and not packed
LARGE_BYTES = 32 << 20  # of one that must begin as an image does before it is read as a whole
LAYOUT = "one folder a class (cat/1.jpg, dog/1.jpg), or splits of them (train/cat/1.jpg)"


@SOURCES.register("archive")
class Archive(Source):
    place = "file"

    @staticmethod
    def recognises(root: Path) -> bool:
        return (is_zip(root) and not Npz.recognises(root)) or is_tar(root)

    @staticmethod
    def open(root: Path) -> Contents:
        zipped = is_zip(root)
        names, others = _zip_names(root) if zipped else _tar_names(root)
        images = sorted((name for name, is_image in names.items() if is_image), key=natural_key)
        ignored = [name for name, is_image in names.items() if not is_image]
        warnings = []
        if ignored:
            warnings.append(f"{root}: files that are no images are not used: {some(sorted(ignored, key=natural_key))}")
        if others:
            warnings.append(f"{root}: links, pipes and devices are not followed: {some(others)}")
        if not images:
            raise DataError(Problem("no images in this archive", str(root), allowed=LAYOUT))
        read = partial(_zip_members if zipped else _tar_members, root)
        splits = _splits(root, images, warnings)
        parts = {split: _part(root, paths, depth, read) for split, (paths, depth) in splits.items()}
        return Contents(parts, DEFAULT_SIZE, 3, tuple(warnings))


def _visible(name: str) -> bool:
    """False of hidden names, and of those that lead out of the archive: nothing of ours would be there."""
    parts = name.split("/")
    return not name.startswith("/") and not any(is_hidden(part) for part in parts)


def _clean(name: str) -> str:
    return posixpath.normpath(name.replace("\\", "/"))


def _zip_names(root: Path) -> tuple[dict[str, bool], list[str]]:
    """(whether it is an image by name of each file, names of what is no file)."""
    files = {}
    with open_zip(root) as archive:
        for info in archive.infolist():
            name = _clean(info.filename)
            if not info.is_dir() and _visible(name):
                files[name] = is_image_name(name) or _begins_as_image(archive, info)
    return files, []


def _begins_as_image(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bool:
    try:
        with archive.open(info) as file:
            return begins_as_image(file.read(HEAD))
    except Exception:  # a member that cannot be read; as many classes as there are kinds of damage
        return False


def _tar_names(root: Path) -> tuple[dict[str, bool], list[str]]:
    files, others = {}, []
    with open_tar(root) as archive:
        for info in walk(archive):
            name = _clean(info.name)
            if info.isdir() or not _visible(name):
                continue
            if info.isreg():
                files[name] = is_image_name(name) or begins_as_image(archive.extractfile(info).read(HEAD))
            else:
                others.append(name)
    return files, others


def _splits(root: Path, images: list[str], warnings: list[str]) -> dict[str, tuple[list[str], int]]:
    """(images, depth of the class folder) by split."""
    paths = [name.split("/") for name in images]
    depth = 0
    while len({path[depth] if len(path) > depth + 2 else "/" for path in paths}) == 1 and len(paths[0]) > depth + 2:
        if split_of(paths[0][depth]):
            break
        depth += 1
    inside = [name for name, path in zip(images, paths) if len(path) > depth + 1]
    if len(inside) < len(images):
        beside = [name for name, path in zip(images, paths) if len(path) <= depth + 1]
        warnings.append(f"{root}: images outside of the class folders are not used: {some(beside)}")
    if not inside:
        raise DataError(Problem(f"{len(images)} images lie in no class folder", str(root), allowed=LAYOUT))
    tops: dict[str, list[str]] = {}
    for name in inside:
        tops.setdefault(name.split("/")[depth], []).append(name)
    named = {top: split_of(top) for top in tops}
    deep = all(len(name.split("/")) > depth + 2 for top in tops if named[top] for name in tops[top])
    if not any(named.values()) or not deep:
        return {"train": (inside, depth)}
    lost = [top for top in tops if not named[top]]
    if lost:
        what = f"splits, and beside them other folders with images: {some(lost)}"
        raise DataError(Problem(what, str(root), allowed=LAYOUT))
    if len(set(named.values())) < len(named):
        raise DataError(Problem(f"two folders hold the images of one split: {some(list(tops))}", str(root)))
    return {named[top]: (tops[top], depth + 1) for top in tops}


def _part(root: Path, images: list[str], depth: int, read: Members) -> MembersPart:
    images = sorted(images, key=lambda name: (natural_key(name.split("/")[depth]), natural_key(name)))
    folders = [unicodedata.normalize("NFC", name.split("/")[depth]) for name in images]
    classes = tuple(sorted(set(folders), key=natural_key))
    index = {name: i for i, name in enumerate(classes)}
    labels = np.array([index[folder] for folder in folders], np.int64)
    keys = tuple("/".join(name.split("/")[depth:]) for name in images)
    return MembersPart(str(root), classes, labels, keys, tuple(images), read)


def _content(file: IO[bytes], size: int) -> bytes:
    """All of a member. DataError where it is too large for an image, or large and no image: a few bytes, packed, can be
    as much as the memory holds."""
    if size > MOST_BYTES:
        raise DataError(f"has {size:,} bytes; refused as larger than an image")
    if size <= LARGE_BYTES:
        return file.read(size)
    head = file.read(HEAD)
    if not begins_as_image(head):
        raise DataError(f"has {size:,} bytes and does not begin as an image does; refused as a decompression bomb")
    return head + file.read(size)


def _zip_members(root: Path, names: Sequence[str]) -> Iterator[Member]:
    with open_zip(root) as archive:
        infos = {_clean(info.filename): info for info in archive.infolist()}
        for at, name in enumerate(names):
            try:
                info = infos[name]
                check_member(root, info)
                with archive.open(info) as file:
                    yield at, _content(file, info.file_size)
            except (DataError, KeyError, OSError, RuntimeError, EOFError, ValueError, NotImplementedError) as error:
                told = error.problems[0].message if isinstance(error, DataError) else str(error)
                yield at, Problem(told or "cannot be read", f"{root}/{name}")
            except Exception as error:  # zlib.error, BadZipFile and others: one damaged member, not a damaged archive
                yield at, Problem(f"cannot be unpacked: {error}", f"{root}/{name}")


def _tar_members(root: Path, names: Sequence[str]) -> Iterator[Member]:
    wanted = {name: at for at, name in enumerate(names)}
    with open_tar(root) as archive:
        for info in walk(archive):
            at = wanted.pop(_clean(info.name), None) if info.isreg() else None
            if at is None:
                continue
            try:
                yield at, _content(archive.extractfile(info), info.size)
            except DataError as error:
                yield at, Problem(error.problems[0].message, f"{root}/{info.name}")
            if not wanted:
                return
    for name, at in wanted.items():
        yield at, Problem("is no longer in the archive", f"{root}/{name}")
