"""Setting images of several classes apart so that every side has its share of every class: iterative stratification.

The class with the fewest images left is dealt out first, each of its images to the side that wants most of that class, of
those to the one that wants most images, of those to each in turn; what every side wants of every class is counted down as
it is given. Images of no class come last. Source: Sechidis, Tsoumakas & Vlahavas, On the stratification of multi-label
data (2011).

Images of a class come in the order of the hash of (seed, name), so the order of the files does not matter.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from fitcli.data.split import Division, rank

_SLACK = 1e-9  # shares are fractions: what is wanted alike may differ in its last bits


def multilabel_split(labels: np.ndarray, keys: Sequence[str], val: float, test: float, seed: int) -> Division:
    """Of labels uint8 [N, K] of 0 and 1. Every class keeps an image to train on. The test images are set apart first, so
    that they do not depend on `val`."""
    apart = _apart(labels, keys, test, seed)
    rest = np.flatnonzero(~apart)
    validate = _apart(labels[rest], [keys[i] for i in rest], val / (1 - test), seed)
    return rest[~validate], rest[validate], np.flatnonzero(apart)


def multilabel_folds(labels: np.ndarray, keys: Sequence[str], folds: int, seed: int) -> np.ndarray:
    """int64 [N] in 0..folds-1."""
    return _dealt(labels, (1 / folds,) * folds, _order(keys, seed), keeps=False)


def multilabel_subsample(labels: np.ndarray, keys: Sequence[str], per_class: int, seed: int) -> np.ndarray:
    """Ascending indices of images of which no class has more than `per_class`, nor have those without a class. Rare
    classes choose first."""
    order = _order(keys, seed, "per_class")
    room = np.full(labels.shape[1], per_class)
    chosen = np.zeros(len(labels), bool)
    chosen[[i for i in order if not labels[i].any()][:per_class]] = True
    for k in np.argsort(labels.sum(axis=0, dtype=np.int64), kind="stable"):
        for i in order[labels[order, k] > 0]:
            own = labels[i] > 0
            if not chosen[i] and (room[own] > 0).all():
                chosen[i] = True
                room[own] -= 1
    return np.flatnonzero(chosen)


def _order(keys: Sequence[str], seed: int, purpose: str = "split") -> np.ndarray:
    return np.array(sorted(range(len(keys)), key=lambda i: (rank(seed, keys[i], purpose), keys[i])), np.int64)


def _apart(labels: np.ndarray, keys: Sequence[str], share: float, seed: int) -> np.ndarray:
    """bool [N]: a share of the images, at least one where it is above 0 and one can be spared."""
    order = _order(keys, seed)
    sides = _dealt(labels, (1 - share, share), order, keeps=True)
    if share and not sides.any():
        sides[_spare(labels, sides, order)] = 1
    return sides == 1


def _dealt(labels: np.ndarray, shares: Sequence[float], order: np.ndarray, keeps: bool) -> np.ndarray:
    """int64 [N], the side of each image; `keeps`: side 0 gets at least one image of every class."""
    sides = np.full(len(labels), -1, np.int64)
    left = labels.sum(axis=0, dtype=np.int64)
    want = np.array(shares)[:, None] * np.append(left, len(labels))  # of each class, and of images
    able = [side for side, share in enumerate(shares) if share > 0]
    kept = np.zeros(labels.shape[1], bool)
    turn = 0
    while left.any():
        k = int(np.where(left > 0, left, len(labels) + 1).argmin())
        for i in order[(labels[order, k] > 0) & (sides[order] < 0)]:
            own = np.flatnonzero(labels[i])
            first = keeps and (~kept[own] & (left[own] == 1)).any()
            side = 0 if first else _neediest(want, able, k, turn)
            sides[i], turn = side, turn + 1
            kept[own] |= side == 0
            left[own] -= 1
            want[side, own] -= 1
            want[side, -1] -= 1
    for i in order[sides[order] < 0]:
        sides[i] = _neediest(want, able, -1, turn)
        want[sides[i], -1] -= 1
        turn += 1
    return sides


def _neediest(want: np.ndarray, able: list[int], k: int, turn: int) -> int:
    most = max(want[side, k] for side in able)
    best = [side for side in able if want[side, k] > most - _SLACK]
    most = max(want[side, -1] for side in best)
    best = [side for side in best if want[side, -1] > most - _SLACK]
    return best[turn % len(best)]


def _spare(labels: np.ndarray, sides: np.ndarray, order: np.ndarray) -> np.ndarray:
    """The first image that trains of which every class has another one; none where there is no such image."""
    counts = labels[sides == 0].sum(axis=0, dtype=np.int64)
    return np.array([i for i in order if sides[i] == 0 and (counts[labels[i] > 0] > 1).all()][:1], np.int64)
