"""Images that stay on the disk: an array uint8 [N, H, W, C] of which only what is asked for is read.

Reads are `pread`s into an array of the batch's size, not a memory map: mapped pages would count as this process's memory
until the system wants them back, and a file that another process cuts off would end the process instead of raising.
The open file stays readable when it is deleted.
"""

from __future__ import annotations

import os
from math import prod
from pathlib import Path

import numpy as np

from fitcli.errors import DataError, Problem


class Rows:
    """Rows `rows` of a file of images, as an array would show them: `images[indices]` reads them."""

    dtype = np.dtype(np.uint8)
    ndim = 4

    def __init__(self, path: Path, shape: tuple[int, int, int], rows: np.ndarray, file=None):
        self.path, self.rows = path, rows
        self.shape = (len(rows), *shape)
        self._file = file or open(path, "rb", buffering=0)

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def size(self) -> int:
        return prod(self.shape)

    def __getitem__(self, key) -> np.ndarray:
        if isinstance(key, tuple):
            return self[key[0]][(slice(None), *key[1:])]
        if isinstance(key, (int, np.integer)):
            return self._read(self.rows[key : key + 1] if key >= 0 else self.rows[[key]])[0]
        return self._read(self.rows[key])

    def __array__(self, dtype=None, copy=None) -> np.ndarray:
        return self._read(self.rows).astype(dtype or np.uint8, copy=False)

    def at(self, indices: np.ndarray) -> Rows:
        """Those rows alone, still on the disk."""
        return Rows(self.path, self.shape[1:], self.rows[indices], self._file)

    def _read(self, rows: np.ndarray) -> np.ndarray:
        images = np.empty((len(rows), *self.shape[1:]), np.uint8)
        size = prod(self.shape[1:])
        data = memoryview(images.reshape(-1))
        at = 0
        while at < len(rows):  # neighbours on the disk are read together
            stop = at + 1
            while stop < len(rows) and rows[stop] == rows[stop - 1] + 1:
                stop += 1
            self._fill(data[at * size : stop * size], int(rows[at]) * size)
            at = stop
        return images

    def _fill(self, view: memoryview, offset: int) -> None:
        done = 0
        while done < len(view):
            try:
                got = os.preadv(self._file.fileno(), [view[done:]], offset + done)
            except OSError as error:
                raise DataError(Problem(f"cannot be read: {error.strerror or error}", str(self.path))) from None
            if not got:
                hint = "delete it; it is made again"
                raise DataError(Problem("the cache of decoded images is cut off", str(self.path), hint=hint))
            done += got
