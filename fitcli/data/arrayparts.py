"""Images that lie together in one array: what the sources `idx`, `cifar`, `npz` and `stacked` find.

Integers of 8 bits are bytes; how other numbers become bytes is said by `range` (see `pixels`).
Shapes: [N, H, W], [N, H, W, C] with 1 (grey), 3 (RGB) or 4 (RGB and alpha) channels, or [N, C, H, W] where only that
can be meant.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

import numpy as np

from fitcli.data.fileparts import bytes_digests
from fitcli.data.image import Progress, allocate_images, convert_array
from fitcli.data.imageformat import ImageFormat
from fitcli.data.labels import is_multilabel
from fitcli.data.names import natural_key
from fitcli.data.pixels import bytes_of
from fitcli.data.sources.base import Decoded, Part
from fitcli.errors import DataError, Problem

TOLD_EVERY = 256  # images between two calls of progress
CHANNELS = (1, 3, 4)


class ArrayPart(Part):
    """`load` gives the images, [N, ...] of `shape` each, when pixels are wanted for the first time."""

    def __init__(self, where: str, load: Callable[[], np.ndarray], shape: tuple[int, int, int],
                 classes: tuple[str, ...], labels: np.ndarray, keys: tuple[str, ...] | None = None):  # fmt: skip
        self.where, self._load, self.shape, self.classes = where, load, shape, classes
        self.labels = labels if is_multilabel(labels) else labels.astype(np.int64)
        self.keys = keys or tuple(map(str, range(len(labels))))

    @cached_property
    def array(self) -> np.ndarray:
        """[N, ...] in the numbers of the file."""
        return self._load()

    def decode(self, indices: np.ndarray, fmt: ImageFormat, progress: Progress | None) -> Decoded:
        images = allocate_images(len(indices), fmt)
        for start in range(0, len(indices), TOLD_EVERY):
            chunk = indices[start : start + TOLD_EVERY]
            try:
                pixels = bytes_of(self.array[chunk].reshape(-1, *self.shape), fmt.range)
            except DataError as error:
                raise DataError(*(Problem(p.message, self.where, hint=p.hint) for p in error.problems)) from None
            if fmt.shape == self.shape:
                images[start : start + len(chunk)] = pixels
            else:
                for row, image in enumerate(pixels, start):
                    images[row] = convert_array(image, fmt)
            if progress:
                progress(start + len(chunk), len(indices))
        return images, list(range(len(indices))), []

    def digests(self, remember: bool = False) -> list[bytes]:
        return bytes_digests([np.ascontiguousarray(image) for image in self.array])


def image_shape(shape: tuple[int, ...], where: str) -> tuple[tuple[int, int, int], bool]:
    """((height, width, channels), whether the channels come first) of an array of images. DataError for others."""
    if len(shape) == 3 and shape[1] and shape[2]:
        return (shape[1], shape[2], 1), False
    if len(shape) == 4 and all(shape[1:]):
        if shape[3] in CHANNELS:
            return (shape[1], shape[2], shape[3]), False
        if shape[1] in CHANNELS:
            return (shape[2], shape[3], shape[1]), True
    found = " x ".join(map(str, shape)) or "a single number"
    allowed = "N x H x W or N x H x W x 1, 3 or 4"
    raise DataError(Problem(f"an array of {found} holds no images", where, allowed=allowed))


def named_labels(labels: np.ndarray, names: tuple[str, ...] | None, where: str) -> tuple[tuple[str, ...], np.ndarray]:
    """(classes, int64 [N]): labels that are texts or numbers, by the names of the numbers where they are known.

    Without names a number's class is called by the number. A trailing axis of size 1 is dropped; a larger one holds rows
    of 0 and 1: one-hot, or, where any has more ones or none, uint8 [N, K] of images of several classes.
    """
    if labels.ndim == 2 and labels.shape[1] > 1 and labels.dtype.kind in "iufb":
        _check_rows(labels, names, where)
        if (labels.sum(1) != 1).any():
            return names or tuple(map(str, range(labels.shape[1]))), labels.astype(np.uint8)
        labels = labels.argmax(1)
    labels = labels.reshape(len(labels), -1)
    if labels.shape[1] != 1 and len(labels):
        raise DataError(Problem(f"{labels.shape[1]} labels an image; one is wanted", where))
    labels = labels.reshape(-1)
    if labels.dtype.kind in "US":
        texts = [t.decode("utf-8", "replace") if isinstance(t, bytes) else t for t in labels.tolist()]
        classes = tuple(sorted(dict.fromkeys(texts), key=natural_key))
        index = {name: i for i, name in enumerate(classes)}
        return classes, np.array([index[text] for text in texts], np.int64)
    if labels.dtype.kind not in "iub":
        raise DataError(Problem(f"labels of type {labels.dtype}; whole numbers or texts are wanted", where))
    if names is None:
        present, numbers = np.unique(labels.astype(np.int64), return_inverse=True)
        return tuple(map(str, present.tolist())), numbers.reshape(-1).astype(np.int64)
    numbers = labels.astype(np.int64)
    if len(numbers) and not 0 <= numbers.min() <= numbers.max() < len(names):
        wrong = numbers.min() if numbers.min() < 0 else numbers.max()
        raise DataError(Problem(f"a label is {wrong}, but there are names for 0 to {len(names) - 1} only", where))
    return names, numbers


def _check_rows(labels: np.ndarray, names: tuple[str, ...] | None, where: str) -> None:
    good = np.isin(labels, (0, 1))
    if not good.all():
        row, column = np.argwhere(~good)[0]
        what = f"labels in {labels.shape[1]} columns, but row {row} holds {labels[row, column]:g} in column {column}"
        raise DataError(Problem(what, where, allowed="0 or 1: whether the image is of the column's class"))
    if names is not None and len(names) != labels.shape[1]:
        raise DataError(Problem(f"{labels.shape[1]} columns of labels, but {len(names)} names of classes", where))
