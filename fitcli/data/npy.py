"""One array in the NPY format, from a file or from inside of an archive; pickled objects in it are refused.

The header is not believed: what it promises is compared with the bytes that are there before any memory is taken.
Source: numpy.lib.format, https://numpy.org/neps/nep-0001-npy-format.html
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO, TypeVar

import numpy as np

from fitcli.data.bundle import File, Member, opened
from fitcli.errors import DataError, Problem

MAGIC = b"\x93NUMPY"
BLOCK = 1 << 20
MOST_HEADER = 10_000  # bytes
NUMBERS = "biuf"
Read = TypeVar("Read")
TEXTS = "US"


@dataclass(frozen=True)
class NpyHeader:
    shape: tuple[int, ...]
    dtype: np.dtype
    fortran: bool  # the first axis runs fastest
    offset: int  # where the numbers begin

    @property
    def bytes(self) -> int:
        return math.prod(self.shape) * self.dtype.itemsize


def read_header(file: BinaryIO, size: int) -> NpyHeader:
    """The header of the array at the start of `file`, which has `size` bytes. DataError when it is none, or lies."""
    reject = "is not an NPY array"
    try:
        version = np.lib.format.read_magic(file)
        read = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}[version]
        shape, fortran, dtype = read(file, max_header_size=MOST_HEADER)
        offset = file.tell()
    except KeyError:
        raise DataError(f"{reject} of version 1 or 2") from None
    except Exception as error:  # numpy parses the header as Python's literals: nearly every class there is
        raise DataError(f"{reject}: {str(error).splitlines()[0] if str(error) else type(error).__name__}") from None
    if dtype.hasobject:
        raise DataError("holds Python objects (a pickle); such are never loaded, for loading them would run them")
    if dtype.kind not in NUMBERS + TEXTS or dtype.shape:
        raise DataError(f"holds values of type {dtype}, not numbers")
    header = NpyHeader(tuple(map(int, shape)), dtype, bool(fortran), offset)
    if any(n < 0 for n in header.shape) or header.offset + header.bytes > size:
        promised = " x ".join(map(str, header.shape)) or "1"
        raise DataError(f"is cut off: its header promises {promised} values of {dtype}, more than there are")
    return header


def read_array(file: BinaryIO, size: int) -> np.ndarray:
    """All of it, in memory."""
    header = read_header(file, size)
    data = np.empty(header.bytes, np.uint8)
    view, done = memoryview(data), 0
    while done < header.bytes:
        block = file.read(min(BLOCK, header.bytes - done))
        if not block:
            raise DataError(f"is cut off: {header.bytes:,} bytes promised by its header, {done:,} there")
        view[done : done + len(block)] = block
        done += len(block)
    return _shaped(data, header)


def map_npy(path: File) -> np.ndarray:
    """The array in a file, read from the disk where it is looked at; that in an archive from memory. DataError naming
    the file."""
    if isinstance(path, Member):
        return _told(path, read_array)
    header = npy_header(path)
    order = "F" if header.fortran else "C"
    if not header.bytes:
        return np.zeros(header.shape, header.dtype)
    return np.memmap(path, header.dtype, "r", header.offset, header.shape, order)


def npy_header(path: File) -> NpyHeader:
    return _told(path, read_header)


def _told(path: File, read: Callable[[BinaryIO, int], Read]) -> Read:
    """What `read` makes of the file; what is wrong is told with its name."""
    try:
        with opened(path) as (file, size):
            return read(file, size)
    except DataError as error:
        raise DataError(*(Problem(p.message, where=str(path)) for p in error.problems)) from None
    except OSError as error:
        raise DataError(Problem(f"cannot be read: {error.strerror or error}", where=str(path))) from None


def _shaped(data: np.ndarray, header: NpyHeader) -> np.ndarray:
    if not header.bytes:
        return np.zeros(header.shape, header.dtype)
    x = data.view(header.dtype)
    return x.reshape(header.shape[::-1]).T if header.fortran else x.reshape(header.shape)
