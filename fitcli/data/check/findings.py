"""What a scan found, in findings: each of one kind, with the images it is about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from fitcli.data.check.duplicates import exact_groups, near_pairs
from fitcli.data.check.scan import Scan

LARGE_PIXELS = 50_000_000
LONG_SIDES = 5.0  # the longer side over the shorter
SMALL_SHARE = 0.5  # of the size that images become
SKEWED = 10.0  # the largest class over the smallest
USUAL_MODES = ("L", "RGB")
REASONS = {
    "0 bytes": "empty", "truncated": "truncated", "bomb": "bomb", "regular file": "no file", "kind that": "no image",
}  # fmt: skip


@dataclass(frozen=True)
class Finding:
    """`fatal`: training would fail. `images`: what it is about, each with a remark."""

    kind: str
    message: str
    images: tuple[tuple[str, str], ...] = ()
    fatal: bool = False


def findings(found: Scan, splits: Sequence[str | None], size: tuple[int, int], skips: bool) -> Iterator[Finding]:
    """`splits`: where each image goes, None for nowhere; `size`: what images become; `skips`: unreadable images are left out."""
    yield from _unreadable(found, skips)
    yield from _files(found, size)
    yield from _balance(found)
    yield from _twice(found, splits)


def _unreadable(found: Scan, skips: bool) -> Iterator[Finding]:
    kinds: dict[str, list[tuple[str, str]]] = {}
    for i, problem in found.problems:
        message = problem.message
        kind = next((kind for word, kind in REASONS.items() if word in message), "unreadable")
        remark = f"{message}; {problem.hint}" if problem.hint else message
        kinds.setdefault(kind, []).append((found.names[i], remark))
    for kind, images in kinds.items():
        yield Finding(kind, "cannot be read" + (" and are left out" if skips else ""), tuple(images), fatal=not skips)


def _files(found: Scan, size: tuple[int, int]) -> Iterator[Finding]:
    wrong, odd, turned, frames, small, large, long = ([] for _ in range(7))
    for i, header in enumerate(found.headers):
        if header is None or not found.readable[i]:
            continue
        sides = f"{header.height} x {header.width}"
        if header.wrong_suffix:
            wrong.append((i, f"is {header.format}"))
        if header.mode not in USUAL_MODES:
            odd.append((i, header.mode))
        if header.turned:
            turned.append((i, "turned upright"))
        if header.frames > 1:
            frames.append((i, f"{header.frames} frames, the first is used"))
        if header.height < SMALL_SHARE * size[0] or header.width < SMALL_SHARE * size[1]:
            small.append((i, sides))
        if header.height * header.width > LARGE_PIXELS:
            large.append((i, sides))
        if max(header.height, header.width) > LONG_SIDES * min(header.height, header.width):
            long.append((i, sides))
    for kind, message, images in (
        ("wrong ending", "are of another format than their names say (read all the same)", wrong),
        ("mode", f"are neither grey nor RGB ({_counted([m for _, m in odd])}) and are converted", odd),
        ("turned", "are turned upright as their EXIF blocks say", turned),
        ("frames", "have several frames or pages, of which the first is used", frames),
        ("small", f"are less than half as large as the {size[0]} x {size[1]} pixels that they become", small),
        ("large", f"have more than {LARGE_PIXELS // 1_000_000} million pixels", large),
        ("long", f"are more than {LONG_SIDES:g} times as long as wide", long),
    ):
        if images:
            yield Finding(kind, message, tuple((found.names[i], remark) for i, remark in images))


def _balance(found: Scan) -> Iterator[Finding]:
    counts = Counter(name for names, split in zip(found.classes, found.parts) if split == "train" for name in names)
    if len(counts) > 1:
        (most, many), *_, (least, few) = counts.most_common()
        if many >= SKEWED * few:
            what = f"{most!r} has {many / few:.0f} times as many images as {least!r}"
            single = all(len(names) == 1 for names in found.classes)
            remedy = "loss weights: balanced, or fit.sampler: balanced" if single else "loss positive: balanced"
            yield Finding("balance", f"{what}; see {remedy}")


def _twice(found: Scan, splits: Sequence[str | None]) -> Iterator[Finding]:
    def image(i: int) -> str:
        return found.names[i]

    def split(i: int) -> str | None:
        return splits[i]

    good = np.flatnonzero(found.readable)
    groups = exact_groups(found.digests, good)
    clash = [g for g in groups if len({found.classes[i] for i in g}) > 1]
    if clash:
        others = [", ".join(f"= {image(i)} ({' + '.join(found.classes[i]) or 'none'})" for i in g[1:]) for g in clash]
        told = tuple((image(g[0]), other) for g, other in zip(clash, others))
        yield Finding("label clash", "are in several classes with the same content", told)
    if groups:
        yield Finding("duplicate", "have the same content as another",
                      tuple((image(i), f"= {image(g[0])}") for g in groups for i in g[1:]))  # fmt: skip
    near = near_pairs(found.thumbnails, found.digests, good)
    if near:
        told = tuple((image(j), f"~ {image(i)}") for i, j in _once(near))
        yield Finding("near duplicate", "look nearly the same as another", told)
    pairs = [(g[0], i) for g in groups for i in g[1:]] + near
    leaks = [(i, j) for i, j in pairs if split(i) and split(j) and split(i) != split(j)]
    if leaks:
        told = tuple((image(j), f"{split(j)}; {image(i)}: {split(i)}") for i, j in _once(leaks))
        what = "are in one split and, the same or nearly, in another; see split: {by: hash} and {by: group}"
        yield Finding("leakage", what, told)


def _once(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Each second image with the first one that it was found with: of n alike there are n - 1, not n (n - 1) / 2."""
    first: dict[int, int] = {}
    for i, j in sorted(pairs):
        first.setdefault(j, i)
    return [(i, j) for j, i in sorted(first.items())]


def _counted(values: list[str]) -> str:
    return ", ".join(f"{count} {value}" for value, count in Counter(values).most_common())
