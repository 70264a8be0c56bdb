"""Images that are files of their own, wherever these lie: what the sources `folder` and `list` find."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

import numpy as np

from fitcli.data.digestcache import remembered
from fitcli.data.decode import MOST_FILE_BYTES
from fitcli.data.files import check_regular
from fitcli.data.image import Progress, usable_cpus
from fitcli.data.imageformat import ImageFormat
from fitcli.data.images import load_images
from fitcli.data.sources.base import Decoded, Part
from fitcli.errors import DataError

DIGEST_BYTES = 16
BLOCK = 1 << 20
PIECE = 1024  # files hashed at a time


@dataclass(frozen=True, eq=False)
class FilesPart(Part):
    where: str
    classes: tuple[str, ...]
    labels: np.ndarray
    keys: tuple[str, ...]  # path below `folder`, or an absolute one
    folder: str
    groups: tuple[str, ...] | None = None

    def files(self, indices: Sequence[int] | np.ndarray) -> list[str]:
        return [str(Path(self.folder, self.keys[i])) for i in indices]

    def decode(self, indices: np.ndarray, fmt: ImageFormat, progress: Progress | None) -> Decoded:
        return load_images(self.files(indices), fmt, on_error="skip", progress=progress)

    def content_keys(self) -> np.ndarray:
        return stat_keys(self.files(np.arange(len(self.keys))), self.keys)

    def digests(self, remember: bool = False) -> list[bytes]:
        files = self.files(np.arange(len(self.keys))) if remember else ()
        return remembered(self.where, self.keys, files, self._digests) if remember else self._digests(range(len(self.keys)))

    def _digests(self, indices: Sequence[int]) -> list[bytes]:
        found: list[bytes] = []
        with ThreadPoolExecutor(usable_cpus()) as pool:  # a piece at a time: what waits for a thread takes 2 KB
            for start in range(0, len(indices), PIECE):
                found += pool.map(file_digest, self.files(indices[start : start + PIECE]))
        return found


def file_digest(path: str | os.PathLike) -> bytes:
    """BLAKE2b of the file's bytes; of its name where it cannot be read or is larger than an image, which reading it as
    an image will tell."""
    digest = blake2b(digest_size=DIGEST_BYTES)
    try:
        if check_regular(path) > MOST_FILE_BYTES:
            raise DataError("larger than an image")
        with open(path, "rb") as file:
            while block := file.read(BLOCK):
                digest.update(block)
    except (DataError, OSError):
        return blake2b(os.fsencode(path), digest_size=DIGEST_BYTES).digest()
    return digest.digest()


def stat_keys(paths: Sequence[str], names: Sequence[str]) -> np.ndarray:
    """uint8 [N, 16]: BLAKE2b of name, size and modification time in nanoseconds of each file."""
    found = bytearray()
    for path, name in zip(paths, names, strict=True):
        try:
            info = os.stat(path)
            told = f"{name}\0{info.st_size}\0{info.st_mtime_ns}"
        except (OSError, ValueError):
            told = f"{name}\0missing"
        found += blake2b(told.encode("utf-8", "surrogateescape"), digest_size=DIGEST_BYTES).digest()
    return np.frombuffer(bytes(found), np.uint8).reshape(-1, DIGEST_BYTES)


def bytes_digests(items: Sequence[bytes | np.ndarray]) -> list[bytes]:
    """BLAKE2b of each."""
    return [blake2b(item, digest_size=DIGEST_BYTES).digest() for item in items]
