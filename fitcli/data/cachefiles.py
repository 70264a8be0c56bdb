"""The files of a cache: a lock for whoever makes one, and what is to be removed, such as what killed processes left."""

from __future__ import annotations

import os
import time
from contextlib import contextmanager, suppress
from pathlib import Path

try:
    import fcntl
except ImportError:  # not a POSIX system
    fcntl = None

STALE_SECONDS = 86_400
TEMPORARY = ".making-"  # then the process and the name of the file


def delete(about: Path) -> None:
    """A file of the cache with all that belongs to it; who has it open goes on reading it."""
    for suffix in (".json", ".images", ".keys"):
        with suppress(OSError):
            about.with_suffix(suffix).unlink(missing_ok=True)
    _nobody_makes(about.stem, about.parent)


def sweep(folder: Path) -> None:
    """Remove what broken-off processes left: temporaries, and images whose list was never written."""
    for path in folder.glob(f"{TEMPORARY}*"):
        stem = path.name.removeprefix(TEMPORARY).partition("-")[2].removesuffix(".json")
        with suppress(OSError):
            if time.time() - path.stat().st_mtime > STALE_SECONDS or _nobody_makes(stem, folder):
                path.unlink()
    for path in folder.glob("*.images"):
        if not path.with_suffix(".json").exists() and _nobody_makes(path.stem, folder):
            delete(path.with_suffix(".json"))


def remove_left(stem: str, folder: Path) -> None:
    """Remove the temporaries of processes that were killed while they made this file; for whoever holds its lock."""
    if fcntl is not None:
        for left in folder.glob(f"{TEMPORARY}*-{stem}*"):
            left.unlink(missing_ok=True)


def _nobody_makes(stem: str, folder: Path) -> bool:
    """Whether no process is making the file of this name, as far as locks tell; its lock is then removed."""
    if fcntl is None:
        return False
    path = folder / f"{stem}.lock"
    try:
        with open(path, "a") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink(missing_ok=True)
        return True
    except OSError:
        return False


def size_of(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:  # another process has just deleted it
        return 0


def used(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


@contextmanager
def locked(path: Path):
    """One process at a time; where the system knows no locks, several make the same file, each its own."""
    if fcntl is None:
        yield
        return
    while True:
        with open(path, "a") as file:
            fcntl.flock(file, fcntl.LOCK_EX)  # given back by the system when the process ends, however it does
            if os.path.exists(path) and os.path.samestat(os.fstat(file.fileno()), os.stat(path)):
                yield
                return  # else it was removed while we waited, and others wait for a new one
