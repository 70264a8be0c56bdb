"""Images in IDX files, as MNIST and Fashion-MNIST come: train-images-idx3-ubyte, train-labels-idx1-ubyte and
t10k-images-..., t10k-labels-... (the test images), each plain or with .gz, in a folder or in a zip or tar archive.

A label is a number; its class is called by the line of that number in `classes.txt` beside the files, and where
there is none by the number itself.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from fitcli.data.arrayparts import ArrayPart
from fitcli.data.bundle import File, Files, bundles
from fitcli.data.idxfile import idx_shape, read_idx
from fitcli.data.labelnames import read_names
from fitcli.data.sources import SOURCES
from fitcli.data.sources.base import Contents, Source
from fitcli.errors import DataError, Problem

PREFIXES = {"train": "train", "t10k": "test"}


def _part(images: File, labels: File, names: tuple[str, ...] | None) -> ArrayPart:
    n, h, w = idx_shape(images, 3)
    if not (h and w):
        raise DataError(Problem(f"holds images of {h} x {w} pixels", str(images)))
    numbers = read_idx(labels, 1).astype(np.int64)
    if len(numbers) != n:
        raise DataError(Problem(f"{len(numbers):,} labels for the {n:,} images of {images.name}", str(labels)))
    if names is None:
        present, numbers = np.unique(numbers, return_inverse=True)
        names = tuple(map(str, present.tolist()))
    elif n and numbers.max() >= len(names):
        raise DataError(Problem(
            f"a label is {numbers.max()}, but classes.txt has only {len(names)} classes (0 to {len(names) - 1})",
            where=str(labels),
        ))  # fmt: skip
    return ArrayPart(str(images), lambda: read_idx(images, 3)[..., None], (h, w, 1), names, numbers)


@SOURCES.register("idx")
class Idx(Source):
    place = "any"

    @staticmethod
    def recognises(root: Path) -> bool:
        return any(_file(files, prefix, "images") for files in bundles(root) for prefix in PREFIXES)

    @staticmethod
    def open(root: Path) -> Contents:
        kinds = [(prefix, kind) for prefix in PREFIXES for kind in ("images", "labels")]
        files = next((files for files in bundles(root) if any(_file(files, *kind) for kind in kinds)), {})
        names = read_names(files.get("classes.txt"))
        parts: dict[str, ArrayPart] = {}
        for prefix, split in PREFIXES.items():
            images, labels = _file(files, prefix, "images"), _file(files, prefix, "labels")
            if images and labels:
                parts[split] = _part(images, labels, names)
            elif images or labels:
                missing = f"{prefix}-labels-idx1-ubyte" if images else f"{prefix}-images-idx3-ubyte"
                raise DataError(Problem(f"{missing}[.gz] is missing beside {(images or labels).name}", where=str(root)))
        if not parts:
            raise DataError(Problem("no IDX files here", str(root), allowed="train-images-idx3-ubyte[.gz] and so on"))
        shapes = {part.shape for part in parts.values()}
        if len(shapes) > 1:
            told = " and ".join(" x ".join(map(str, shape)) for shape in sorted(shapes))
            raise DataError(Problem(f"training and test images differ in shape: {told}", where=str(root)))
        h, w, c = shapes.pop()
        return Contents(parts, (h, w), c, fixed=True)


def _file(files: Files, prefix: str, kind: str) -> File | None:
    d = {"images": 3, "labels": 1}[kind]
    stems = (f"{prefix}-{kind}-idx{d}-ubyte", f"{prefix}-{kind}.idx{d}-ubyte")
    return next((files[name] for stem in stems for name in (stem, f"{stem}.gz") if name in files), None)
