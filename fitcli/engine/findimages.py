"""Which images the arguments of `predict` mean."""

from __future__ import annotations

import glob
import os

from fitcli.data.names import is_hidden, is_image_name, natural_key
from fitcli.errors import DataError, Problem


def find_images(args: list[str] | tuple[str, ...]) -> list[str]:
    """Files as they are; folders, at any depth, in natural order (2 before 10), without hidden files; globs.

    A file that is named is taken whatever its name ends in; in a folder the endings of image formats are.
    The same path is listed once. Raises DataError for every argument that gives nothing.
    """
    found: dict[str, None] = {}
    problems = []
    for arg in args:
        matches = [arg] if os.path.lexists(arg) else _glob(arg)
        images = [image for match in matches for image in _images(match)]
        found.update(dict.fromkeys(images))
        if not images:
            problems.append(_nothing(arg, matches))
    if problems:
        raise DataError(*problems)
    return list(found)


def _glob(pattern: str) -> list[str]:
    return sorted(glob.glob(pattern, recursive=True), key=natural_key) if glob.has_magic(pattern) else []


def _images(path: str) -> list[str]:
    return list(_walk(path, set())) if os.path.isdir(path) else [path]


def _walk(folder: str, seen: set[tuple[int, int]]):
    status = os.stat(folder)
    if (status.st_dev, status.st_ino) in seen:  # symbolic links make circles
        return
    seen.add((status.st_dev, status.st_ino))
    try:
        names = sorted((name for name in os.listdir(folder) if not is_hidden(name)), key=natural_key)
    except OSError as error:
        raise DataError(f"{folder}: {error.strerror or error}") from error
    for name in names:
        path = os.path.join(folder, name)
        if os.path.isdir(path):
            yield from _walk(path, seen)
        elif is_image_name(name):
            yield path


def _nothing(arg: str, matches: list[str]) -> Problem:
    if matches:
        return Problem(f"{arg}: no image in it", hint="a folder with .png, .jpg or other image files, or the files")
    if glob.has_magic(arg):
        return Problem(f"{arg}: nothing matches")
    return Problem(f"{arg}: no such file or folder", hint=_nearest_name(arg))


def _nearest_name(path: str) -> str:
    from fitcli.registry import nearest

    folder, name = os.path.split(path)
    try:
        names = {entry.lower(): entry for entry in os.listdir(folder or ".")}
    except OSError:
        return ""
    near = nearest(name, list(names))
    return os.path.join(folder, names[near]) if near else ""
