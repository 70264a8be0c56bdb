"""The whole check: list, scan, divide as training would, and say whether that would work."""

from __future__ import annotations

from collections import Counter
from itertools import chain

import numpy as np

from fitcli.data.check.findings import Finding, findings
from fitcli.data.check.scan import Scan, scan
from fitcli.data.classes import class_index, training_classes
from fitcli.data.image import Progress, check_memory
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
    found = scan(contents, settings, progress)
    splits = _sides(found, contents, plan)
    skips = settings.on_error == "skip"
    size = contents.format(settings.image).size
    told = [*failures, *findings(found, splits, size, skips), *_emptied(found, plan)]
    headers = [header for header in found.headers if header is not None]
    sides = np.array([(h.height, h.width) for h in headers]) if headers else np.zeros((0, 2), int)
    return {
        "path": settings.path,
        "images": len(found.names),
        "classes": _table(found, splits, [name for part in contents.parts.values() for name in part.classes]),
        "splits": dict(Counter(split or "unused" for split in splits)),
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


def _sides(found: Scan, contents: Contents, plan: Plan) -> list[str | None]:
    """The split that each image goes to; None for those that nobody uses."""
    sides: list[str | None] = [None] * len(found.names)
    for split, (part, indices) in plan.items():
        own = next(name for name, other in contents.parts.items() if other is part)
        for i in indices.tolist():
            sides[found.starts[own] + i] = split
    return sides


def _emptied(found: Scan, plan: Plan) -> list[Finding]:
    """Classes of which no image that trains can be read."""
    if "train" not in plan:
        return []
    places = [found.starts["train"] + int(i) for i in plan["train"][1]]
    left = {name for i in places if found.readable[i] for name in found.classes[i]}
    lost = dict.fromkeys(name for i in places for name in found.classes[i] if name not in left)
    return [Finding("class lost", f"class {name!r} has no image that can be read", fatal=True) for name in lost]


def _table(found: Scan, splits: list[str | None], classes: list[str]) -> dict[str, dict[str, int]]:
    """Images of each class by the split they go to, those that nobody uses as "unused", in the order of `classes`."""
    sides = [split or "unused" for split in splits]
    counts = Counter((name, side) for names, side in zip(found.classes, sides) for name in names)
    used = [split for split in (*SPLIT_NAMES, "unused") if split in sides]
    there = set(chain.from_iterable(found.classes))
    names = [name for name in dict.fromkeys(classes) if name in there]
    return {name: {split: counts[name, split] for split in used} for name in names}


def _plain(finding: Finding) -> dict:
    images = [{"path": path, "remark": remark} for path, remark in finding.images]
    return {"kind": finding.kind, "message": finding.message, "fatal": finding.fatal, "images": images}
