"""CIFAR-10 and CIFAR-100 as they are given away: 32 × 32 images in colour, in binary or in pickled (Python) batches.

    binary  data_batch_1.bin ... data_batch_5.bin, test_batch.bin (CIFAR-10); train.bin, test.bin (CIFAR-100)
    pickled data_batch_1 ... data_batch_5, test_batch (CIFAR-10); train, test (CIFAR-100)

A record of a binary batch is its label (CIFAR-100: coarse label, fine label) and 3 × 32 × 32 bytes, red first. The
pickles are read without running them (see `pickled`). The classes of CIFAR-100 are the hundred fine ones.
Source: Krizhevsky, Learning multiple layers of features from tiny images, 2009.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import numpy as np

from fitcli.data.arrayparts import ArrayPart, named_labels
from fitcli.data.files import check_regular, is_file, subfolders
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
TEXT_NAMES = ("batches.meta.txt", "fine_label_names.txt", "classes.txt")


@SOURCES.register("cifar")
class Cifar(Source):
    @staticmethod
    def recognises(root: Path) -> bool:
        return bool(_batches(_inner(root)))

    @staticmethod
    def open(root: Path) -> Contents:
        root = _inner(root)
        batches = _batches(root)
        if not batches:
            allowed = "data_batch_1[.bin] and so on, or train, test"
            raise DataError(Problem("no CIFAR batches here", str(root), allowed=allowed))
        names = _names(root)
        parts = {split: _part(root, files, names) for split, files in batches.items()}
        return Contents(parts, (SIDE, SIDE), 3, fixed=True)


def _inner(root: Path) -> Path:
    """The archives unpack to one folder; the one around it may be given as well."""
    try:
        below = subfolders(root)
    except DataError:
        return root
    return root / below[0] if len(below) == 1 and not _batches(root) and _batches(root / below[0]) else root


def _batches(root: Path) -> dict[str, list[Path]]:
    """Files by split. `train` and `test` alone are common names: they count when they begin as a pickle does."""
    found: dict[str, list[Path]] = {}
    try:
        names = sorted((entry.name for entry in os.scandir(root) if is_file(entry)), key=natural_key)
    except OSError:
        return {}
    for name in names:
        if NAMES.fullmatch(name) and ("batch" in name or name.endswith(".bin") or _begins_as_pickle(root / name)):
            found.setdefault("test" if name.startswith("test") else "train", []).append(root / name)
    return found


def _begins_as_pickle(path: Path) -> bool:
    try:
        check_regular(path)
        with open(path, "rb") as file:
            return file.read(1) == b"\x80"
    except (DataError, OSError):
        return False


def _part(root: Path, files: list[Path], names: tuple[str, ...] | None) -> ArrayPart:
    batches = [_batch(path) for path in files]
    where = str(files[0] if len(files) == 1 else root)
    images = np.concatenate([pixels for pixels, _ in batches])
    classes, labels = named_labels(np.concatenate([labels for _, labels in batches]), names, where)
    images = np.ascontiguousarray(images.reshape(-1, 3, SIDE, SIDE).transpose(0, 2, 3, 1))
    return ArrayPart(where, lambda: images, (SIDE, SIDE, 3), classes, labels)


def _batch(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """(uint8 [N, 3072], int64 [N])."""
    data = _bytes(path)
    if data[:1] == b"\x80" and path.suffix != ".bin":
        return _pickled(path, data)
    heads = (2, 1) if path.stem in ("train", "test") else (1, 2)
    head = next((h for h in heads if len(data) % (h + PIXELS) == 0), None)
    if head is None:
        what = f"has {len(data):,} bytes, which is no number of records of {heads[0]} + {PIXELS} bytes: it is cut off"
        raise DataError(Problem(what, str(path)))
    records = np.frombuffer(data, np.uint8).reshape(-1, head + PIXELS)
    return records[:, head:], records[:, head - 1].astype(np.int64)


def _bytes(path: Path) -> bytes:
    check_regular(path)
    if path.stat().st_size > MOST_BYTES:
        raise DataError(Problem(f"has {path.stat().st_size:,} bytes; a CIFAR batch is smaller", str(path)))
    try:
        return path.read_bytes()
    except OSError as error:
        raise DataError(Problem(f"cannot be read: {error.strerror or error}", str(path))) from None


def _unpickled(path: Path, data: bytes) -> dict:
    try:
        value = read_pickle(data)
    except DataError as error:
        raise DataError(*(Problem(p.message, str(path)) for p in error.problems)) from None
    if not isinstance(value, dict):
        raise DataError(Problem("is a pickle, but not of a dictionary as in CIFAR", str(path)))
    return value


def _pickled(path: Path, data: bytes) -> tuple[np.ndarray, np.ndarray]:
    batch = _unpickled(path, data)
    pixels, labels = batch.get("data"), batch.get("labels", batch.get("fine_labels"))
    if not (isinstance(pixels, np.ndarray) and pixels.dtype == np.uint8 and pixels.shape[1:] == (PIXELS,)):
        raise DataError(Problem(f"its `data` is not an array of N x {PIXELS} bytes", str(path)))
    if not (isinstance(labels, list) and all(type(n) is int for n in labels) and len(labels) == len(pixels)):
        raise DataError(Problem(f"its `labels` are not {len(pixels):,} whole numbers", str(path)))
    return pixels, np.array(labels, np.int64)


def _names(root: Path) -> tuple[str, ...] | None:
    for name in TEXT_NAMES:
        if (found := read_names(root / name)) is not None:
            return found
    for name in ("batches.meta", "meta"):
        if os.path.lexists(root / name):
            meta = _unpickled(root / name, _bytes(root / name))
            names = meta.get("label_names", meta.get("fine_label_names"))
            if isinstance(names, list):
                return tuple(n.decode("utf-8", "replace") if isinstance(n, bytes) else str(n) for n in names)
    return None
