"""The whole check: list, scan, divide as training would, and say whether that would work."""

from __future__ import annotations

from collections import Counter
from itertools import chain

import numpy as np

from fitcli.data.check.findings import Finding, findings
from fitcli.data.check.scan import Scan, scan
from fitcli.data.classes import class_index, training_classes
from fitcli.data.image import Progress, check_memory
from fitcli.data.labels import label_names
from fitcli.data.load import open_source
from fitcli.data.plan import SPLIT_NAMES, Plan, plan_splits
from fitcli.data.settings import DataSettings
from fitcli.data.sources.base import Contents
from fitcli.errors import DataError


def check(settings: DataSettings, seed: int, progress: Progress | None = None) -> dict:
    """{"path", "images", "classes": {name: {split: images}}, "splits": {split: images}, "formats", "modes", "sizes",
    "warnings", "findings": [{"kind", "message", "fatal", "images": [{"path", "remark"}]}], "trainable"}.

    DataError where there is nothing to look at.
    """
    contents = open_source(settings)
    plan, failures = _planned(contents, settings, seed)
    splits = {(own, int(i)): split for split, (part, indices) in plan.items() for own in [_own(contents, part)]
              for i in indices}  # fmt: skip
    found = scan(contents, settings, progress)
    skips = settings.on_error == "skip"
    size = contents.format(settings.image).size
    told = [*failures, *findings(found, splits, size, skips), *_emptied(found, plan)]
    headers = [header for header in found.headers if header is not None]
    sides = np.array([(h.height, h.width) for h in headers]) if headers else np.zeros((0, 2), int)
    return {
        "path": settings.path,
        "images": len(found.names),
        "classes": _table(found, splits, [name for part in contents.parts.values() for name in part.classes]),
        "splits": dict(Counter(splits.get(place, "unused") for place in found.places)),
        "formats": dict(Counter(header.format for header in headers).most_common()),
        "modes": dict(Counter(header.mode for header in headers).most_common()),
        "sizes": {} if not headers else {
            "smallest": sides.min(0).tolist(), "median": np.median(sides, axis=0).astype(int).tolist(),
            "largest": sides.max(0).tolist(),
        },
        "warnings": list(contents.warnings),
        "findings": [_plain(finding) for finding in told],
        "trainable": not any(finding.fatal for finding in told),
    }  # fmt: skip


def _planned(contents: Contents, settings: DataSettings, seed: int) -> tuple[Plan, list[Finding]]:
    """The splits that training would make, or why it cannot."""
    try:
        if "train" not in contents.parts:
            raise DataError(f"no training images, only {' and '.join(contents.parts)}")
        classes = training_classes(contents.parts["train"])
        for part in contents.parts.values():
            class_index(part.classes, classes, part.where)
        plan = plan_splits(contents, settings, seed)
        check_memory(sum(len(indices) for _, indices in plan.values()), contents.format(settings.image))
        return plan, []
    except DataError as error:
        return {}, [Finding("layout", problem.message, fatal=True) for problem in error.problems]


def _own(contents: Contents, part: object) -> str:
    return next(split for split, other in contents.parts.items() if other is part)


def _emptied(found: Scan, plan: Plan) -> list[Finding]:
    """Classes of which no image that trains can be read."""
    if "train" not in plan:
        return []
    part, indices = plan["train"]
    readable = {place for place, good in zip(found.places, found.readable) if good}
    names = {int(i): label_names(part.labels[i], part.classes) for i in indices}
    left = {name for i, own in names.items() if ("train", i) in readable for name in own}
    lost = [name for name in dict.fromkeys(chain.from_iterable(names.values())) if name not in left]
    return [Finding("class lost", f"class {name!r} has no image that can be read", fatal=True) for name in lost]


def _table(found: Scan, splits: dict[tuple[str, int], str], classes: list[str]) -> dict[str, dict[str, int]]:
    """Images of each class by the split they go to, those that nobody uses as "unused", in the order of `classes`."""
    sides = [splits.get(place, "unused") for place in found.places]
    counts = Counter((name, side) for names, side in zip(found.classes, sides) for name in names)
    used = [split for split in (*SPLIT_NAMES, "unused") if split in sides]
    there = set(chain.from_iterable(found.classes))
    names = [name for name in dict.fromkeys(classes) if name in there]
    return {name: {split: counts[name, split] for split in used} for name in names}


def _plain(finding: Finding) -> dict:
    images = [{"path": path, "remark": remark} for path, remark in finding.images]
    return {"kind": finding.kind, "message": finding.message, "fatal": finding.fatal, "images": images}
