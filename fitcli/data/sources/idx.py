"""Images in IDX files, as MNIST and Fashion-MNIST come: train-images-idx3-ubyte, train-labels-idx1-ubyte and
t10k-images-..., t10k-labels-... (the test images), each plain or with .gz.

A label is a number; its class is called by the line of that number in `classes.txt` beside the files, and where
there is none by the number itself.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

import numpy as np

from fitcli.data.dataset import Dataset
from fitcli.data.files import check_regular
from fitcli.data.idxfile import idx_shape, read_idx
from fitcli.data.image import ImageFormat, Progress, allocate_images, convert_array
from fitcli.data.names import some
from fitcli.data.sources import SOURCES
from fitcli.data.sources.base import Contents, Part, Source
from fitcli.errors import DataError, Problem

PREFIXES = {"train": "train", "t10k": "test"}
TOLD_EVERY = 256  # images between two calls of progress


class IdxPart(Part):
    def __init__(self, images: Path, labels: Path, names: tuple[str, ...] | None):
        self.where, self.file = str(images), images
        n, h, w = idx_shape(images, 3)
        self.shape = (h, w, 1)
        if not (h and w):
            raise DataError(Problem(f"holds images of {h} x {w} pixels", self.where))
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
        self.classes, self.labels, self.keys = names, numbers.astype(np.int64), tuple(map(str, range(n)))

    @cached_property
    def pixels(self) -> np.ndarray:
        return read_idx(self.file, 3).reshape(-1, *self.shape)

    def read(self, indices: np.ndarray, fmt: ImageFormat, progress: Progress | None) -> tuple[Dataset, list[Problem]]:
        if fmt.shape == self.shape:
            images = self.pixels[indices]
        else:
            images = allocate_images(len(indices), fmt)
            for row, i in enumerate(indices):
                images[row] = convert_array(self.pixels[i], fmt)
                if progress and row % TOLD_EVERY == 0:
                    progress(row, len(indices))
        if progress:
            progress(len(indices), len(indices))
        return Dataset(images, self.labels[indices], self.classes), []


@SOURCES.register("idx")
class Idx(Source):
    @staticmethod
    def recognises(root: Path) -> bool:
        return any(_file(root, prefix, "images") for prefix in PREFIXES)

    @staticmethod
    def open(root: Path) -> Contents:
        names = _class_names(root / "classes.txt")
        parts: dict[str, IdxPart] = {}
        for prefix, split in PREFIXES.items():
            images, labels = _file(root, prefix, "images"), _file(root, prefix, "labels")
            if images and labels:
                parts[split] = IdxPart(images, labels, names)
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
        return Contents(parts, (h, w), c)


def _file(root: Path, prefix: str, kind: str) -> Path | None:
    d = {"images": 3, "labels": 1}[kind]
    for name in (f"{prefix}-{kind}-idx{d}-ubyte", f"{prefix}-{kind}.idx{d}-ubyte"):
        for path in (root / name, root / f"{name}.gz"):
            if path.exists():
                return path
    return None


def _class_names(path: Path) -> tuple[str, ...] | None:
    """The lines of classes.txt, empty ones at its end left out; None when there is no such file."""
    if not path.exists():
        return None
    check_regular(path)
    try:
        lines = [line.strip() for line in path.read_text("utf-8-sig").rstrip().splitlines()]
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(Problem(f"cannot be read: {error}", where=str(path))) from None
    if not lines or "" in lines:
        line = lines.index("") + 1 if lines else 1
        raise DataError(Problem("a class name is empty", where=f"{path}:{line}"))
    twice = [name for name in dict.fromkeys(lines) if lines.count(name) > 1]
    if twice:
        raise DataError(Problem(f"class names that occur twice: {some(twice)}", where=str(path)))
    return tuple(lines)
