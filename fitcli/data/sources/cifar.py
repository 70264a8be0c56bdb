"""CIFAR-10 and CIFAR-100 as they are given away: 32 × 32 images in colour, in binary or in pickled (Python) batches.

    binary  data_batch_1.bin ... data_batch_5.bin, test_batch.bin (CIFAR-10); train.bin, test.bin (CIFAR-100)
    pickled data_batch_1 ... data_batch_5, test_batch (CIFAR-10); train, test (CIFAR-100)

A record of a binary batch is its label (CIFAR-100: coarse label, fine label) and 3 × 32 × 32 bytes, red first. The
pickles are read without running them (see `pickled`). The files may lie in a folder or, as they are downloaded, in an
archive (cifar-10-python.tar.gz). The classes of CIFAR-100 are the hundred fine ones.
Source: Krizhevsky, Learning multiple layers of features from tiny images, 2009.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np

from fitcli.data.arrayparts import ArrayPart, named_labels
from fitcli.data.bundle import File, Files, bundles, first_bytes, opened
from fitcli.data.labelnames import read_names
from fitcli.data.names import natural_key
from fitcli.data.pickled import read_pickle
from fitcli.data.sources import SOURCES
from fitcli.data.sources.base import Contents, Source
from fitcli.errors import DataError, Problem

SIDE = 32
PIXELS = 3 * SIDE * SIDE
MOST_BYTES = 1 << 30  # of one batch; the largest that is given away has 0.2 GB
NAMES = re.compile(r"(?:data_batch_[0-9]+|test_batch|train|test)(?:\.bin)?")
PICKLED = b"\x80"
TEXT_NAMES = ("batches.meta.txt", "fine_label_names.txt", "classes.txt")


@SOURCES.register("cifar")
class Cifar(Source):
    place = "any"

    @staticmethod
    def recognises(root: Path) -> bool:
        return any(_batches(files) for files in bundles(root))

    @staticmethod
    def open(root: Path) -> Contents:
        files = next((files for files in bundles(root) if _batches(files)), {})
        batches = _batches(files)
        if not batches:
            allowed = "data_batch_1[.bin] and so on, or train, test"
            raise DataError(Problem("no CIFAR batches here", str(root), allowed=allowed))
        names = _names(files)
        parts = {split: _part(root, batch, names) for split, batch in batches.items()}
        return Contents(parts, (SIDE, SIDE), 3, fixed=True)


def _batches(files: Files) -> dict[str, list[File]]:
    """Files by split. `train` and `test` alone are common names: they count when they begin as a pickle does."""
    found: dict[str, list[File]] = {}
    for name in sorted(files, key=natural_key):
        if not NAMES.fullmatch(name) or (isinstance(files[name], Path) and not files[name].is_file()):
            continue
        if "batch" in name or name.endswith(".bin") or first_bytes(files[name])[:1] == PICKLED:
            found.setdefault("test" if name.startswith("test") else "train", []).append(files[name])
    return found


def _part(root: Path, files: list[File], names: tuple[str, ...] | None) -> ArrayPart:
    batches = [_batch(file) for file in files]
    where = str(files[0] if len(files) == 1 else root)
    classes, labels = named_labels(np.concatenate([labels for _, labels in batches]), names, where)
    images = np.concatenate([pixels for pixels, _ in batches])
    return ArrayPart(where, lambda: images, (SIDE, SIDE, 3), classes, labels)


def _batch(path: File) -> tuple[np.ndarray, np.ndarray]:
    """(uint8 [N, 32, 32, 3], int64 [N]); what else the file holds is forgotten before the next one is read."""
    pixels, labels = _records(path, _bytes(path))
    return np.ascontiguousarray(pixels.reshape(-1, 3, SIDE, SIDE).transpose(0, 2, 3, 1)), labels


def _records(path: File, data: bytes) -> tuple[np.ndarray, np.ndarray]:
    """(uint8 [N, 3072], int64 [N])."""
    if data[:1] == PICKLED and path.suffix != ".bin":
        return _pickled(path, data)
    heads = (2, 1) if path.stem in ("train", "test") else (1, 2)
    head = next((h for h in heads if len(data) % (h + PIXELS) == 0), None)
    if head is None:
        what = f"has {len(data):,} bytes, which is no number of records of {heads[0]} + {PIXELS} bytes: it is cut off"
        raise DataError(Problem(what, str(path)))
    records = np.frombuffer(data, np.uint8).reshape(-1, head + PIXELS)
    return records[:, head:], records[:, head - 1].astype(np.int64)


def _bytes(path: File) -> bytes:
    try:
        with opened(path) as (file, size):
            if size > MOST_BYTES:
                raise DataError(Problem(f"has {size:,} bytes; a CIFAR batch is smaller", str(path)))
            return file.read()
    except OSError as error:
        raise DataError(Problem(f"cannot be read: {error.strerror or error}", str(path))) from None


def _unpickled(path: File, data: bytes) -> dict:
    try:
        value = read_pickle(data)
    except DataError as error:
        raise DataError(*(Problem(p.message, str(path)) for p in error.problems)) from None
    if not isinstance(value, dict):
        raise DataError(Problem("is a pickle, but not of a dictionary as in CIFAR", str(path)))
    return value


def _pickled(path: File, data: bytes) -> tuple[np.ndarray, np.ndarray]:
    batch = _unpickled(path, data)
    pixels, labels = batch.get("data"), batch.get("labels", batch.get("fine_labels"))
    if not (isinstance(pixels, np.ndarray) and pixels.dtype == np.uint8 and pixels.shape[1:] == (PIXELS,)):
        raise DataError(Problem(f"its `data` is not an array of N x {PIXELS} bytes", str(path)))
    if not (isinstance(labels, list) and all(type(n) is int for n in labels) and len(labels) == len(pixels)):
        raise DataError(Problem(f"its `labels` are not {len(pixels):,} whole numbers", str(path)))
    return pixels, np.array(labels, np.int64)


def _names(files: Files) -> tuple[str, ...] | None:
    for name in TEXT_NAMES:
        if (found := read_names(files.get(name))) is not None:
            return found
    for name in ("batches.meta", "meta"):
        if name in files:
            meta = _unpickled(files[name], _bytes(files[name]))
            names = meta.get("label_names", meta.get("fine_label_names"))
            if isinstance(names, list):
                return tuple(n.decode("utf-8", "replace") if isinstance(n, bytes) else str(n) for n in names)
    return None
