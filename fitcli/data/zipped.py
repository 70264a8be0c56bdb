"""The members of a zip archive with what they may become in memory: sizes in its directory are not believed."""

from __future__ import annotations

import os
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fitcli.data.files import check_regular
from fitcli.errors import DataError, Problem

MOST_DEFLATED = 1032  # bytes that one byte of a deflate stream can become
ENCRYPTED = 1
PLAIN_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


def is_zip(path: Path) -> bool:
    """By its first bytes and its directory; never opens a pipe or a device."""
    try:
        check_regular(path)
        with open(path, "rb") as file:
            return file.read(2) == b"PK" and zipfile.is_zipfile(file)
    except (DataError, OSError):
        return False


@contextmanager
def open_zip(path: Path) -> Iterator[zipfile.ZipFile]:
    """The archive; whatever is wrong with it is a DataError naming it."""
    check_regular(path)
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except DataError as error:
        raise DataError(*(Problem(p.message, p.where or str(path), hint=p.hint) for p in error.problems)) from None
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise DataError(Problem(f"the zip archive is damaged: {error}", str(path))) from None
    except OSError as error:
        raise DataError(Problem(f"cannot be read: {error.strerror or error}", str(path))) from None


def check_member(path: Path, info: zipfile.ZipInfo) -> None:
    """DataError for a member that is encrypted, packed in a way that could become anything, or promises too much."""
    where = f"{path}/{info.filename}"
    if info.flag_bits & ENCRYPTED:
        raise DataError(Problem("is encrypted", where))
    if info.compress_type not in PLAIN_METHODS:
        raise DataError(Problem("is packed by another method than store or deflate", where))
    packed = min(info.compress_size, os.path.getsize(path))
    if info.file_size > packed * (MOST_DEFLATED if info.compress_type == zipfile.ZIP_DEFLATED else 1) + 1024:
        raise DataError(Problem(f"promises {info.file_size:,} bytes, more than its {packed:,} can become", where))
