"""Which images train, validate and test: the splits of the source, and those taken out of its training images."""

from __future__ import annotations

import numpy as np

from fitcli.data.groupsplit import group_folds, group_split, groups_of
from fitcli.data.hashsplit import hash_folds, hash_split
from fitcli.data.iterative import multilabel_folds, multilabel_split, multilabel_subsample
from fitcli.data.labels import class_counts
from fitcli.data.settings import DataSettings, SplitSettings
from fitcli.data.sources.base import Contents, Part
from fitcli.data.split import Division, fold_numbers, split_indices, subsample
from fitcli.errors import DataError, Problem, SpecError

SPLIT_NAMES = ("train", "val", "test")
Plan = dict[str, tuple[Part, np.ndarray]]  # split -> where its images lie, and which of them


def plan_splits(contents: Contents, settings: DataSettings, seed: int) -> Plan:
    """The splits that the source has; those that it has not are taken out of its training images. With folds, one
    fold of the training images validates, whatever validation images the source has."""
    plan: Plan = {name: (part, np.arange(len(part.labels))) for name, part in contents.parts.items()}
    if "train" in plan:
        part, split = contents.parts["train"], settings.split
        pool = np.arange(len(part.labels))
        if settings.per_class is not None:
            pool = (multilabel_subsample if part.multilabel else subsample)(part.labels, part.keys, settings.per_class, seed)
        folded = split.folds is not None
        val = 0 if folded or "val" in plan else split.val
        remember = settings.cache != "never"
        divided = [pool[i] for i in _divide(part, pool, split, val, 0 if "test" in plan else split.test, seed, remember)]
        if folded:
            _check_folds(split.folds, len(divided[0]))
            numbers = _folds(part, divided[0], split, seed, remember)
            divided[:2] = divided[0][numbers != split.fold - 1], divided[0][numbers == split.fold - 1]
            plan.pop("val", None)
        plan |= {s: (part, i) for s, i in zip(SPLIT_NAMES, divided) if s not in plan or s == "train"}
        _check_train(part, divided[0], split)
    return {name: plan[name] for name in SPLIT_NAMES if name in plan and len(plan[name][1])}


def _divide(part: Part, pool: np.ndarray, split: SplitSettings, val: float, test: float, seed: int,
            remember: bool) -> Division:  # fmt: skip
    if not val and not test:
        return np.arange(len(pool)), np.arange(0), np.arange(0)
    labels = part.labels[pool]
    if split.by == "hash":
        digests = part.digests(remember)
        return hash_split([digests[i] for i in pool], val, test)
    if split.by == "group":
        groups = groups_of(part, split.group)
        return group_split([groups[i] for i in pool], labels, val, test, seed)
    return (multilabel_split if part.multilabel else split_indices)(labels, [part.keys[i] for i in pool], val, test, seed)


def _folds(part: Part, pool: np.ndarray, split: SplitSettings, seed: int, remember: bool) -> np.ndarray:
    if split.by == "hash":
        digests = part.digests(remember)
        return hash_folds([digests[i] for i in pool], split.folds)
    if split.by == "group":
        groups = groups_of(part, split.group)
        return group_folds([groups[i] for i in pool], split.folds, seed)
    numbers = multilabel_folds if part.multilabel else fold_numbers
    return numbers(part.labels[pool], [part.keys[i] for i in pool], split.folds, seed)


def _check_folds(folds: int, images: int) -> None:
    """No fold may be empty for want of images."""
    if folds > images:
        what = f"{folds:,} folds of {images:,} training images"
        allowed = f"2 to {images}, or null for none" if images > 1 else "null, for none: there are too few images for any"
        raise SpecError(Problem(what, path="data.split.folds", value=folds, allowed=allowed))


def _check_train(part: Part, train: np.ndarray, split: SplitSettings) -> None:
    """Every class must keep an image to train on."""
    before, after = (class_counts(labels, len(part.classes)) for labels in (part.labels, part.labels[train]))
    lost = [name for name, was, now in zip(part.classes, before, after) if was and not now]
    if lost:
        how = f"fold {split.fold} of {split.folds}" if split.folds else f"the split by {split.by}"
        raise DataError(*(Problem(
            f"class {name!r} has no image left to train on after {how}", where=part.where,
            hint="more images of it, or smaller data.split.val and data.split.test",
        ) for name in lost))  # fmt: skip
