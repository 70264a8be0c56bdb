"""One training per run directory: a lock that ends with its process, however the process ends.

The kernel holds the lock (flock, or msvcrt on Windows), so a crash leaves nothing to clean up. Where the file
system knows no locks, a file made exclusively stands in, which names its process and is broken when that is gone.
"""

from __future__ import annotations

import contextlib
import errno
import os
import socket
from collections.abc import Iterator
from pathlib import Path

from fitcli.engine.atomic import alive, file_error, sweep
from fitcli.engine.rundir import LOCK_NAME
from fitcli.errors import ModelFileError, Problem

_BUSY = (errno.EAGAIN, errno.EACCES, errno.EDEADLK)


@contextlib.contextmanager
def lock_run(run: str | os.PathLike) -> Iterator[None]:
    """Hold the lock of the run directory `run`. Raises ModelFileError when another training holds it.

    Temporaries in it are then nobody's, and swept.
    """
    path = Path(run, LOCK_NAME)
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    except OSError as error:
        raise file_error(error, path) from error
    try:
        try:
            _lock(handle)
            exclusive = None
        except OSError as error:
            if error.errno in _BUSY:
                raise _busy(run, path) from None
            exclusive = _make_exclusive(run, Path(run, LOCK_NAME + "-owner"))
        with contextlib.suppress(OSError):  # who it is, for the other's message only
            os.ftruncate(handle, 0)
            os.lseek(handle, _OWNER_AT, os.SEEK_SET)
            os.write(handle, _owner().encode())
        sweep(run)
        try:
            yield
        finally:
            if exclusive is not None:
                exclusive.unlink(missing_ok=True)
    finally:
        with contextlib.suppress(OSError):  # nothing in it must last
            os.close(handle)


try:
    import fcntl

    _OWNER_AT = 0

    def _lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)

except ImportError:
    import msvcrt

    _OWNER_AT = 1  # Windows lets nobody else read the locked byte

    def _lock(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)


def _owner() -> str:
    return f"{os.getpid()} {socket.gethostname()}"


def _make_exclusive(run: str | os.PathLike, path: Path) -> Path:
    for _ in range(2):
        try:
            with open(path, "x") as file:
                file.write(_owner())
            return path
        except FileExistsError:
            pid, _, host = path.read_text(errors="replace").partition(" ")
            if host != socket.gethostname() or not pid.isdecimal() or alive(int(pid)):
                break
            path.unlink(missing_ok=True)
    raise _busy(run, path)


def _busy(run: str | os.PathLike, path: Path) -> ModelFileError:
    who = ""
    with contextlib.suppress(OSError):
        pid, _, host = path.read_text(errors="replace").strip("\0").partition(" ")
        who = f" (process {pid} on {host})" if host else ""
    what = f"{run}: another training{who} is writing in this run directory"
    return ModelFileError(Problem(what, hint="wait for it, stop it, or train into another directory"))
