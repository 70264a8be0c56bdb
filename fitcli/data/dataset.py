"""Images in memory with their labels, and the three splits of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from fitcli.data.labels import class_counts, is_multilabel


@dataclass(frozen=True, eq=False)
class Dataset:
    images: np.ndarray  # uint8 [N, H, W, C], or `Rows` of them on the disk
    labels: np.ndarray  # int64 [N], indices into `classes`; or uint8 [N, K] of 0 and 1, several classes an image
    classes: tuple[str, ...]
    paths: tuple[str, ...] | None = None  # None where an image has no file of its own
    warnings: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not len(self.images) == len(self.labels) == len(self.labels if self.paths is None else self.paths):
            raise ValueError("images, labels and paths differ in number")

    def __len__(self) -> int:
        return len(self.images)

    def subset(self, indices: Sequence[int] | np.ndarray) -> Dataset:
        """A copy of the images at `indices`, in that order."""
        indices = np.asarray(indices, np.int64)
        paths = None if self.paths is None else tuple(self.paths[i] for i in indices)
        return Dataset(self.images[indices], self.labels[indices], self.classes, paths, self.warnings)

    def counts(self) -> np.ndarray:
        """int64 [K], images of each class."""
        return class_counts(self.labels, len(self.classes))

    @property
    def multilabel(self) -> bool:
        """Whether an image may be of several classes, or of none."""
        return is_multilabel(self.labels)


@dataclass(frozen=True, eq=False)
class Splits:
    """What a fit needs. All three have the same `classes`, in the same order."""

    train: Dataset
    val: Dataset | None
    test: Dataset | None
    warnings: tuple[str, ...] = ()
