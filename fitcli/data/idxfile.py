"""One IDX file, plain or gzip: bytes 0, 0, 8 (uint8), d; d big-endian uint32 sizes; then the numbers, row by row.

The header is not believed: what it promises is compared with the size of the file before any memory is taken.
Source: http://yann.lecun.com/exdb/mnist (the MNIST database, 1998).
"""

from __future__ import annotations

import gzip
import math
import struct
import zlib
from typing import BinaryIO

import numpy as np

from fitcli.data.bundle import File, opened
from fitcli.errors import DataError, Problem

MOST_DEFLATED = 1032  # bytes that one byte of a deflate stream can become
BLOCK = 1 << 20


def read_idx(path: File, dimensions: int) -> np.ndarray:
    """All numbers of the file, uint8, in an array that must have this many dimensions."""
    return _read(path, dimensions, header_only=False)


def idx_shape(path: File, dimensions: int) -> tuple[int, ...]:
    """The sizes in the header, after the checks that need no reading of the rest."""
    return _read(path, dimensions, header_only=True)


def _read(path: File, dimensions: int, header_only: bool):
    try:
        with opened(path) as (raw, size):
            if raw.read(2) == b"\x1f\x8b":
                raw.seek(0)
                with gzip.GzipFile(fileobj=raw) as file:
                    return _parse(file, size * MOST_DEFLATED, dimensions, header_only)
            raw.seek(0)
            return _parse(raw, size, dimensions, header_only)
    except DataError as error:
        raise DataError(*(Problem(p.message, where=str(path)) for p in error.problems)) from None
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise DataError(Problem(f"the gzip data is damaged or cut off: {error}", where=str(path))) from None
    except MemoryError:
        raise DataError(Problem("does not fit into memory", where=str(path))) from None
    except OSError as error:
        raise DataError(Problem(f"cannot be read: {error.strerror or error}", where=str(path))) from None


def _parse(file: BinaryIO, most: int, dimensions: int, header_only: bool):
    head = file.read(4)
    if len(head) < 4 or head[:2] != b"\0\0":
        raise DataError(f"is not an IDX file: it begins with the bytes {head.hex(' ') or '(none)'}, not with 00 00 08")
    kind, d = head[2], head[3]
    if kind != 8:
        raise DataError(f"holds numbers of IDX type 0x{kind:02x}; only 0x08 (unsigned bytes) is read")
    if d != dimensions:
        raise DataError(f"has {d} dimensions; {dimensions} wanted")
    sizes = file.read(4 * d)
    if len(sizes) < 4 * d:
        raise DataError("ends within its header")
    shape = struct.unpack(f">{d}I", sizes)
    count = math.prod(shape)
    if count + 4 + 4 * d > most:
        promised = " x ".join(map(str, shape))
        raise DataError(f"is cut off: its header promises {promised} bytes, more than the file can hold")
    if header_only:
        return shape
    numbers = np.empty(count, np.uint8)
    view, done = memoryview(numbers), 0
    while done < count:
        got = file.readinto(view[done : done + BLOCK])
        if not got:
            raise DataError(f"is cut off: {count:,} bytes promised by its header, {done:,} there")
        done += got
    if file.read(1):
        raise DataError(f"is longer than the {count:,} bytes that its header promises")
    return numbers.reshape(shape)
