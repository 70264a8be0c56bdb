"""From the `data:` settings to images in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from fitcli.data.cachedpart import with_cache
from fitcli.data.classes import class_index, missing_classes, training_classes
from fitcli.data.dataset import Dataset, Splits
from fitcli.data.files import check_place
from fitcli.data.image import Progress, check_memory
from fitcli.data.imageformat import ImageFormat
from fitcli.data.images import MOST_TOLD, bad_files
from fitcli.data.labels import one_hot, renumbered
from fitcli.data.plan import SPLIT_NAMES, Plan, plan_splits
from fitcli.data.settings import DataSettings
from fitcli.data.sources import SOURCES
from fitcli.data.sources.base import Contents, Part
from fitcli.errors import DataError, Problem


def load_splits(settings: DataSettings, seed: int, progress: Progress | None = None,
                contents: Contents | None = None) -> Splits:  # fmt: skip
    """All images, divided. The three splits have the classes of the training images, in natural order. `contents`,
    when they are known already, are those of the source."""
    contents = contents or with_cache(open_source(settings), settings, make=True)
    classes = training_classes(_train(contents, settings))
    plan = plan_splits(contents, settings, seed)
    loaded, warnings = _read(plan, classes, contents, settings, progress)
    lost = [name for name, count in zip(classes, loaded["train"].counts()) if not count]
    if lost:
        raise DataError(*(Problem(f"class {name!r} has no image that can be read", settings.path) for name in lost))
    warnings = [*contents.warnings, *warnings]
    if settings.split.folds is not None and "val" in contents.parts:
        warnings.append("val: the source's own validation images are not used: a fold of the training images validates")
    for name in ("val", "test"):
        if name in loaded and not len(loaded[name]):
            del loaded[name]
        if name in loaded:
            warnings += missing_classes(loaded[name], name)
        elif name in plan or name in contents.parts:
            warnings.append(f"{name}: no images")
    return Splits(loaded["train"], loaded.get("val"), loaded.get("test"), tuple(warnings))


def load_split(
    settings: DataSettings,
    split: str | None,
    seed: int,
    classes: Sequence[str] | None = None,
    progress: Progress | None = None,
    multilabel: bool = False,
) -> Dataset:
    """One split ("train", "val", "test", or "all" for every image there is), for a model trained on `classes`.
    None: the source's own test images, and all where it has none of its own, which a warning tells.

    The same images as load_splits puts there. Labels are mapped by name: a class that is not among `classes`
    is a DataError, one of `classes` without an image a warning. Without `classes`, those of the training images.
    `multilabel`: the model takes images of several classes; then one class an image becomes a row of them.
    """
    if split not in (*SPLIT_NAMES, "all", None):
        raise ValueError(f"no split is called {split!r}")
    contents = with_cache(open_source(settings), settings, make=False)
    told: tuple[str, ...] = ()
    if split is None:
        split = "test" if "test" in contents.parts else "all"
        told = () if split == "test" else (f"{settings.path}: no test images of its own, so all images are measured",)
    if classes is None:
        classes = training_classes(_train(contents, settings))
    elif not multilabel and any(part.multilabel for part in contents.parts.values()):
        what = "names any number of classes an image; the model was trained on images of one class each"
        raise DataError(Problem(what, where=settings.path, hint="a column `label` with one class an image"))
    if split == "all":
        parts = {name: contents.parts[name] for name in SPLIT_NAMES if name in contents.parts}
        plan = {name: (part, np.arange(len(part.labels))) for name, part in parts.items()}
    else:
        plan = {name: entry for name, entry in plan_splits(contents, settings, seed).items() if name == split}
    if not any(len(indices) for _, indices in plan.values()):
        hint = f"a {split}/ folder, or --set data.split.{split}=0.1" if split in ("val", "test") else ""
        raise DataError(Problem(f"no {split} images", where=settings.path, hint=hint))
    loaded, warnings = _read(plan, tuple(classes), contents, settings, progress)
    data = _joined(list(loaded.values()))
    if not len(data):
        raise DataError(Problem(f"no {split} image can be read", where=settings.path), *map(Problem, warnings))
    if multilabel:
        data = replace(data, labels=one_hot(data.labels, len(data.classes)))
    return replace(data, warnings=(*contents.warnings, *told, *warnings, *missing_classes(data, split)))


def inspect_data(settings: DataSettings) -> tuple[ImageFormat, tuple[str, ...], bool]:
    """What every image becomes, the classes, and whether an image may be of several, without reading the images."""
    contents = open_source(settings)
    train = _train(contents, settings)
    return contents.format(settings.image), training_classes(train), train.multilabel


def open_source(settings: DataSettings) -> Contents:
    root = check_place(settings.path)
    kind, name = "folder" if root.is_dir() else "file", settings.source
    if name == "auto":
        name = recognise(root)
    elif SOURCES[name].place not in (kind, "any"):
        raise DataError(Problem(f"is a {kind}; the source {name} wants a {SOURCES[name].place}", where=str(root)))
    if name is None:
        known = "zip and tar archives, .npz, lists of files with labels (CSV), or a folder of images"
        raise DataError(Problem("is a file of a kind that is not known", str(root), allowed=known))
    return SOURCES[name].open(root)


def recognise(root: Path) -> str | None:
    """The name of the source that `root` is one of; folders and archives are what many sources are: these come last."""
    kind = "folder" if root.is_dir() else "file"
    able = [name for name in SOURCES if SOURCES[name].place in (kind, "any")]
    able.sort(key=lambda name: name in ("folder", "archive"))
    return next((name for name in able if SOURCES[name].recognises(root)), None)


def _train(contents: Contents, settings: DataSettings) -> Part:
    if "train" not in contents.parts:
        raise DataError(Problem(f"no training images, only {' and '.join(contents.parts)}", where=settings.path))
    return contents.parts["train"]


def _read(
    plan: Plan, classes: tuple[str, ...], contents: Contents, settings: DataSettings, progress: Progress | None
) -> tuple[dict[str, Dataset], list[str]]:
    """The planned images that can be read, labelled by `classes`, and warnings about the others. The error for
    bad files tells of those of all splits at once.
    """
    fmt = contents.format(settings.image)
    total = sum(len(indices) for _, indices in plan.values())
    check_memory(sum(len(i) for part, i in plan.values() if not getattr(part, "on_disk", False)), fmt)
    index = {name: class_index(part.classes, classes, part.where) for name, (part, _) in plan.items()}
    loaded: dict[str, Dataset] = {}
    problems: list[Problem] = []
    before = 0
    for name, (part, indices) in plan.items():
        told = progress and (lambda done, _, before=before: progress(before + done, total))
        data, bad = part.read(indices, fmt, told)
        loaded[name] = replace(data, labels=renumbered(data.labels, index[name], len(classes)), classes=classes)
        problems += bad
        before += len(indices)
    if problems and settings.on_error == "error":
        raise bad_files(problems, total)
    warnings = [f"{len(problems)} of {total} images cannot be read and are left out:"] if problems else []
    warnings += [f"{problem.where}: {problem.message}" for problem in problems[:MOST_TOLD]]
    if len(problems) > MOST_TOLD:
        warnings.append(f"... and {len(problems) - MOST_TOLD} more")
    return loaded, warnings


def _joined(parts: list[Dataset]) -> Dataset:
    if len(parts) == 1:
        return parts[0]
    paths = None if parts[0].paths is None else tuple(path for part in parts for path in part.paths or ())
    images, labels = np.concatenate([p.images for p in parts]), np.concatenate([p.labels for p in parts])
    return Dataset(images, labels, parts[0].classes, paths)
