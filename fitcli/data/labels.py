"""Labels are of one of two kinds: int64 [N], the number of each image's one class, or uint8 [N, K] of 0 and 1, one
column a class, where an image may show several classes or none (multi-label).
"""

from __future__ import annotations

import numpy as np


def is_multilabel(labels: np.ndarray) -> bool:
    return labels.ndim == 2


def class_counts(labels: np.ndarray, classes: int) -> np.ndarray:
    """int64 [classes]: images of each class; an image of several counts for each of them."""
    return labels.sum(axis=0, dtype=np.int64) if is_multilabel(labels) else np.bincount(labels, minlength=classes)


def one_hot(labels: np.ndarray, classes: int) -> np.ndarray:
    """uint8 [N, classes]: the rows that say the same as one class an image; such rows stay as they are."""
    return labels if is_multilabel(labels) else (labels[:, None] == np.arange(classes)).astype(np.uint8)


def renumbered(labels: np.ndarray, index: np.ndarray, classes: int) -> np.ndarray:
    """Labels of classes 0, 1, … as labels of the classes index[0], index[1], … of so many `classes`."""
    if not is_multilabel(labels):
        return index[labels]
    rows = np.zeros((len(labels), classes), np.uint8)
    rows[:, index] = labels
    return rows


def label_names(label: np.ndarray | int, classes: tuple[str, ...]) -> tuple[str, ...]:
    """The classes that one image is labelled with."""
    return tuple(classes[k] for k in np.flatnonzero(label)) if np.ndim(label) else (classes[label],)
