"""Classes are known by name. The order of the names is fixed once, by the training images, and everything else
is mapped onto it: a number alone means nothing in another folder.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from fitcli.data.dataset import Dataset
from fitcli.data.files import subfolders
from fitcli.data.labels import class_counts
from fitcli.data.names import some
from fitcli.data.sources.base import Part
from fitcli.errors import DataError, Problem
from fitcli.registry import nearest


def training_classes(part: Part) -> tuple[str, ...]:
    """The classes of the training images. DataError unless there are two or more and each has an image; one is enough
    where images may be of none."""
    counts = class_counts(part.labels, len(part.classes))
    if not counts.any():
        raise DataError(Problem(f"no images in the classes {some(part.classes)}", where=part.where))
    empty = [name for name, count in zip(part.classes, counts) if not count]
    if empty:
        raise DataError(*(Problem(
            f"class {name!r} has no images", where=part.where, hint="add images to it, or remove the class"
        ) for name in empty))  # fmt: skip
    if len(part.classes) == 1 and not part.multilabel:
        raise DataError(Problem(
            f"only one class, {part.classes[0]!r}; a classifier needs two or more", where=part.where,
            hint=_one_level_down(part),
        ))  # fmt: skip
    return part.classes


def _one_level_down(part: Part) -> str:
    """An unpacked archive often has one folder around all others."""
    inner = Path(part.where, part.classes[0])
    return f"{inner} as the path" if inner.is_dir() and len(subfolders(inner)) > 1 else ""


def class_index(names: Sequence[str], classes: Sequence[str], where: str) -> np.ndarray:
    """int64 [len(names)]: the place of each name in `classes`. DataError for names that are not there."""
    unknown = [name for name in names if name not in classes]
    if unknown:
        match = nearest(unknown[0], list(classes))
        raise DataError(Problem(
            f"classes that the training images do not have: {some(unknown)}", where=where, allowed=some(classes, 20),
            hint=f"rename {unknown[0]!r} to {match!r}" if match else "",
        ))  # fmt: skip
    return np.array([classes.index(name) for name in names], np.int64)


def missing_classes(data: Dataset, split: str) -> tuple[str, ...]:
    """One warning when some classes have no image in `data`."""
    missing = [name for name, count in zip(data.classes, data.counts()) if not count]
    return (f"{split}: no images of the classes {some(missing)}",) if missing else ()
