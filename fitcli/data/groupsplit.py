"""Setting whole groups of images apart, so that the same patient, animal or scene is never on both sides.

Groups come in the order of a hash of (seed, group). One goes to the test images when that brings their number nearer to
test · N and leaves every class a training image; then the same for validation. The rest trains.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from fitcli.data.labels import class_counts
from fitcli.data.sources.base import Part
from fitcli.data.split import Division, rank
from fitcli.errors import DataError, Problem


def group_split(groups: Sequence[str], labels: np.ndarray, val: float, test: float, seed: int) -> Division:
    members = _members(groups)
    left = class_counts(labels, 0)
    sides = np.zeros(len(labels), np.int64)
    for side, share in ((2, test), (1, val)):
        target, count = share * len(labels), 0
        for name in sorted(members, key=lambda name: (rank(seed, name, "group"), name)):
            size = len(members[name])
            taken = class_counts(labels[members[name]], len(left))
            nearer = abs(count + size - target) < abs(target - count)
            if nearer and not sides[members[name][0]] and ((left > taken) | (taken == 0)).all():
                sides[members[name]] = side
                count += size
                left = left - taken
    return tuple(np.flatnonzero(sides == side) for side in range(3))


def group_folds(groups: Sequence[str], folds: int, seed: int) -> np.ndarray:
    """int64 [N] in 0..folds-1: the largest group first, each to the fold with the fewest images."""
    members = _members(groups)
    found, sizes = np.zeros(len(groups), np.int64), [0] * folds
    for name in sorted(members, key=lambda name: (-len(members[name]), rank(seed, name, "group"), name)):
        fold = sizes.index(min(sizes))
        found[members[name]] = fold
        sizes[fold] += len(members[name])
    return found


def groups_of(part: Part, pattern: str | None) -> list[str]:
    """The group of each image: what `pattern` finds in its path (its first bracket, if there is one), or what the
    source says. DataError when neither tells."""
    if pattern is None:
        if part.groups is None:
            raise DataError(Problem(
                "nothing says which images belong together", where=part.where,
                allowed="a list of images with a column `group`, or data.split.group: a regular expression on the path",
                hint="--set data.split.group='^[^_]+' for names such as tom_1.jpg, tom_2.jpg",
            ))  # fmt: skip
        return list(part.groups)
    expression = re.compile(pattern)
    found, unmatched = [], []
    for key in part.keys:
        match = expression.search(key)
        if match is None:
            unmatched.append(key)
        found.append("" if match is None else (match[1] if expression.groups else match[0]) or "")
    if unmatched:
        what = f"data.split.group {pattern!r} is not found in {len(unmatched)} of {len(part.keys)} paths"
        raise DataError(Problem(f"{what}, for example in {unmatched[0]!r}", where=part.where))
    return found


def _members(groups: Sequence[str]) -> dict[str, np.ndarray]:
    found: dict[str, list[int]] = {}
    for i, name in enumerate(groups):
        found.setdefault(name, []).append(i)
    return {name: np.array(indices) for name, indices in found.items()}
