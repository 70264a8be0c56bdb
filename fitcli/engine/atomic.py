"""Files that are whole or not there: temporary in the same folder, fsync, verify, rename, fsync of the folder.

A crash at any moment leaves the old file or the new one, and at worst a hidden temporary, which `sweep` removes.
The temporary lies beside its target because a rename does not cross file systems.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import shutil
import stat
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from fitcli.errors import ModelFileError, Problem

PREFIX = ".fitcli-tmp-"
_writing: set[str] = set()  # names of the temporaries this process is writing now


def write_atomic(
    path: str | os.PathLike,
    content: bytes | Callable[[BinaryIO], object],
    verify: Callable[[Path], object] | None = None,
) -> None:
    """Replace `path` by `content` (bytes, or a function that writes them to an open file).

    `verify` sees the finished temporary before it takes the final name, and raises when it must not.
    Raises ModelFileError when the disk is full, read-only or gone; the file that was there before is then intact. A
    device or a pipe is never replaced: that would take /dev/null from the whole machine.
    """
    target = Path(os.path.realpath(path))  # through a symbolic link, so that the link stays
    try:
        if not stat.S_ISREG(os.stat(target).st_mode):
            raise ModelFileError(Problem(f"cannot write {path}: it is there, and no ordinary file", hint="another name"))
    except FileNotFoundError:
        pass
    except OSError as error:
        raise file_error(error, path) from error
    with _replacing(target, path) as temporary:
        _fill(temporary, content if callable(content) else lambda file: file.write(content))
        if verify is not None:
            verify(temporary)


def link_atomic(source: Path, target: Path) -> None:
    """Let `target` be what `source` is now: a second name of it, or a copy where the file system has no such names.

    Files that are only ever replaced stay what they are under each of their names.
    """
    with _replacing(target, target) as temporary:
        try:
            os.link(source, temporary)
        except OSError:
            with open(source, "rb") as file:
                _fill(temporary, lambda copy: shutil.copyfileobj(file, copy))


@contextlib.contextmanager
def _replacing(target: Path, path: str | os.PathLike) -> Iterator[Path]:
    """A name beside `target`; what is there at the end takes its place. ModelFileError naming `path` where that fails."""
    temporary = target.parent / f"{PREFIX}{os.getpid()}-{secrets.token_hex(6)}"
    _writing.add(temporary.name)
    try:
        yield temporary
        os.replace(temporary, target)
        sync_folder(target.parent)
    except OSError as error:
        raise file_error(error, path) from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink()  # also of two names of one file, of which a rename changes neither
        _writing.discard(temporary.name)


def _fill(temporary: Path, write: Callable[[BinaryIO], object]) -> None:
    with open(temporary, "xb") as file:
        write(file)
        file.flush()
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Make the names in `folder` survive a power cut, where the system can."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP, errno.EBADF, errno.EACCES, errno.EPERM):
            raise
    finally:
        os.close(handle)


def sweep(folder: str | os.PathLike) -> list[str]:
    """Remove the temporaries that crashed writers left in `folder`; returns their names. Never raises."""
    removed = []
    with contextlib.suppress(OSError):
        for entry in os.scandir(folder):
            with contextlib.suppress(OSError):
                if entry.name.startswith(PREFIX) and _is_stale(entry):
                    os.unlink(entry.path)
                    removed.append(entry.name)
    return removed


def _is_stale(entry: os.DirEntry) -> bool:
    pid = entry.name[len(PREFIX):].split("-")[0]
    if pid == str(os.getpid()):
        return entry.name not in _writing
    return (pid.isdecimal() and not alive(int(pid))) or time.time() - entry.stat().st_mtime > 3600


def alive(pid: int) -> bool:
    """Whether a process of this number runs here. True where that cannot be asked without harm."""
    if os.name != "posix":
        return True
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:
        return True
    return True


def file_error(error: OSError, path: str | os.PathLike) -> ModelFileError:
    """What a failed write means to the person in front of it, and what to do."""
    folder = os.path.dirname(os.fspath(path)) or "."
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return ModelFileError(Problem(f"cannot write {path}: the disk is full", hint="free some space and try again"))
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        what = f"cannot write {path}: the folder {folder} may not be written to"
        return ModelFileError(Problem(what, hint="another folder with --out, or other rights"))
    if error.errno in (errno.ENOENT, errno.ENOTDIR, errno.ESTALE):
        what = f"cannot write {path}: the folder {folder} is not there (any more)"
        return ModelFileError(Problem(what, hint="put it back, or another folder with --out"))
    return ModelFileError(f"cannot write {path}: {error.strerror or error}")
