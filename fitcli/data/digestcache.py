"""Hashes of contents, remembered on the disk, so that a split by them does not read all files at every start.

One file for each place of images, hashes-<place>.bin in the folder of the image cache: a check sum and, for each image, 16
bytes that say which file it was (name, device, inode, size, and the times of the last changes to content and inode) and
the 16 bytes of its hash. A record is true of whatever file it fits, so two processes may write one after the other, and a
file that cannot be read, is damaged or is gone only costs time. A file that was changed a moment ago is not remembered: it
could change once more without its time telling.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path

import numpy as np

from fitcli.data.imagecache import cache_folder

BYTES = 16
FEWEST = 256  # images; fewer are read as fast as all this takes
SETTLED_SECONDS = 3.0  # the coarsest clock of a file system that is in use, FAT's, ticks every 2 seconds
MOST_FILES = 64


def remembered(where: str, names: Sequence[str], files: Sequence[str],
               compute: Callable[[list[int]], Sequence[bytes]]) -> list[bytes]:  # fmt: skip
    """The hash of each image, of those that nothing is known of by `compute`. Image i is `names[i]` in file `files[i]`."""
    everything = list(range(len(names)))
    if len(names) < FEWEST:
        return list(compute(everything))
    keys, settled = _identities(names, files)
    place = blake2b(os.path.abspath(where).encode("utf-8", "surrogateescape"), digest_size=8).hexdigest()
    path = cache_folder() / f"hashes-{place}.bin"
    known = _read(path)
    found = [known.get(key, b"") if key else b"" for key in keys]
    missing = [i for i in everything if not found[i]]
    if not missing:
        return found
    for i, digest in zip(missing, compute(missing), strict=True):
        found[i] = digest
    again, _ = _identities(names, files)  # what changed while it was read is not remembered
    records = [keys[i] + found[i] for i in everything if keys[i] and settled[i] and keys[i] == again[i]]
    with suppress(OSError):
        _write(path, b"".join(records))
    return found


def _identities(names: Sequence[str], files: Sequence[str]) -> tuple[list[bytes], list[bool]]:
    """(who each image is, b"" where there is no such file; whether its last change is long enough ago)."""
    now, keys, settled = time.time(), [], []
    looked_at: dict[str, os.stat_result | None] = {}
    for name, file in zip(names, files, strict=True):
        if file not in looked_at:
            looked_at = {file: _stat(file)}
        info = looked_at[file]
        told = info and f"{name}\0{info.st_dev}\0{info.st_ino}\0{info.st_size}\0{info.st_mtime_ns}\0{info.st_ctime_ns}"
        keys.append(blake2b(told.encode("utf-8", "surrogateescape"), digest_size=BYTES).digest() if told else b"")
        settled.append(bool(info) and now - max(info.st_mtime, info.st_ctime) > SETTLED_SECONDS)
    return keys, settled


def _stat(file: str) -> os.stat_result | None:
    try:
        return os.stat(file)
    except (OSError, ValueError):
        return None


def _read(path: Path) -> dict[bytes, bytes]:
    try:
        data = path.read_bytes()
    except OSError:
        return {}
    checksum, records = data[:BYTES], data[BYTES:]
    if blake2b(records, digest_size=BYTES).digest() != checksum or len(records) % (2 * BYTES):
        return {}
    with suppress(OSError):
        os.utime(path)  # when it was used last
    pairs = np.frombuffer(records, f"V{BYTES}").reshape(-1, 2)
    return dict(zip(map(bytes, pairs[:, 0]), map(bytes, pairs[:, 1])))


def _write(path: Path, records: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".making-{os.getpid()}-{path.name}")
    try:
        temporary.write_bytes(blake2b(records, digest_size=BYTES).digest() + records)
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
    others = sorted(path.parent.glob("hashes-*.bin"), key=lambda p: p.stat().st_mtime)
    for old in others[:-MOST_FILES]:
        old.unlink(missing_ok=True)
