"""The members of a tar archive, plain or packed by gzip, bzip2 or xz, read in one walk from its start to its end.

Only ordinary files count: links, pipes and devices in an archive lead nowhere good and are told by name.
"""

from __future__ import annotations

import lzma
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fitcli.data.files import check_regular
from fitcli.errors import DataError, Problem

PACKED = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ\0")
MOST_MEMBERS = 20_000_000


def is_tar(path: Path) -> bool:
    """By its first block, unpacked; never opens a pipe or a device."""
    try:
        check_regular(path)
        with open(path, "rb") as file:
            head = file.read(512)
        if not head.startswith(PACKED) and head[257:262] != b"ustar":
            return False
        with tarfile.open(path, "r|*") as archive:
            return archive.next() is not None
    except (DataError, OSError, tarfile.TarError, EOFError, zlib.error, lzma.LZMAError):
        return False


@contextmanager
def open_tar(path: Path) -> Iterator[tarfile.TarFile]:
    """The archive, to be walked once; whatever is wrong with it is a DataError naming it."""
    check_regular(path)
    try:
        with tarfile.open(path, "r|*") as archive:
            yield archive
    except DataError as error:
        raise DataError(*(Problem(p.message, p.where or str(path), hint=p.hint) for p in error.problems)) from None
    except (tarfile.TarError, zlib.error, lzma.LZMAError, EOFError, ValueError) as error:
        raise DataError(Problem(f"the tar archive is damaged or cut off: {error}", str(path))) from None
    except OSError as error:
        raise DataError(Problem(f"cannot be read: {error.strerror or error}", str(path))) from None


def walk(archive: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    """The members one by one, forgotten behind us, so that a million of them take no memory."""
    for _ in range(MOST_MEMBERS):
        info = archive.next()
        archive.members = []
        if info is None:
            return
        yield info
    raise DataError(f"holds more than {MOST_MEMBERS:,} members")
