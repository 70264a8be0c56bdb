"""Every image of a source once: can it be decoded, what is its content's hash, what does it look like from afar?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from fitcli.data.check.header import Header, read_header
from fitcli.data.decode import pillow_warnings
from fitcli.data.image import Progress, usable_cpus
from fitcli.data.labels import label_names
from fitcli.data.plan import SPLIT_NAMES
from fitcli.data.settings import DataSettings
from fitcli.data.sources.base import Contents, Part
from fitcli.errors import Problem

ROWS, COLUMNS = 8, 9  # of a thumbnail
PIECE = 1024  # images decoded at a time


class Names(Sequence):
    """Where the images of several parts lie, made when it is asked for: for many images the texts would be most of it."""

    def __init__(self, parts: Sequence[Part]):
        self.parts = parts
        self.ends = np.cumsum([len(part.labels) for part in parts])

    def __len__(self) -> int:
        return int(self.ends[-1]) if len(self.ends) else 0

    def __getitem__(self, i: int) -> str:
        if not -len(self) <= i < len(self):
            raise IndexError(i)
        i %= len(self)
        k = int(np.searchsorted(self.ends, i, "right"))
        part, at = self.parts[k], i - int(self.ends[k]) + len(self.parts[k].labels)
        paths = part.paths(np.array([at]))
        return f"{part.where}#{part.keys[at]}" if paths is None else paths[0]


@dataclass(frozen=True)
class Scan:
    """All images of all splits of the source, one behind the other; the arrays have one entry an image."""

    starts: dict[str, int]  # where the images of each of the source's own splits begin
    parts: tuple[str, ...]  # the source's own split of each image
    classes: tuple[tuple[str, ...], ...]  # of each image: one, or any number where it may have several
    names: Sequence[str]  # where it lies
    readable: np.ndarray  # bool [N]
    thumbnails: np.ndarray  # uint8 [N, 8, 9], grey; 0 where it cannot be read
    digests: tuple[bytes, ...]
    headers: tuple[Header | None, ...]  # None where it has no file of its own, or one without a header
    problems: tuple[tuple[int, Problem], ...]  # of the images that cannot be read


def scan(contents: Contents, settings: DataSettings, progress: Progress | None = None) -> Scan:
    parts = {split: contents.parts[split] for split in SPLIT_NAMES if split in contents.parts}
    total = sum(len(part.labels) for part in parts.values())
    fmt = replace(contents.format(settings.image), size=(ROWS, COLUMNS), channels=1, resize="stretch", filter="box")
    starts: dict[str, int] = {}
    splits: list[str] = []
    classes: list[tuple[str, ...]] = []
    headers: list[Header | None] = []
    digests: list[bytes] = []
    problems: list[tuple[int, Problem]] = []
    readable = np.zeros(total, bool)
    thumbnails = np.zeros((total, ROWS, COLUMNS), np.uint8)
    same: dict = {}  # one object for all that are equal
    for split, part in parts.items():
        starts[split] = before = len(splits)
        everything = np.arange(len(part.labels))
        splits += [split] * len(everything)
        classes += [same.setdefault(names, names) for label in part.labels for names in [label_names(label, part.classes)]]
        digests += part.digests()
        for piece in _pieces(everything):
            start = before + int(piece[0])
            told = progress and (lambda done, _, start=start: progress(start + done, total))
            headers += [same.setdefault(header, header) for header in _headers(part, piece)]
            images, kept, bad = part.decode(piece, fmt, told)
            readable[start + np.array(kept, int)] = True
            thumbnails[start + np.array(kept, int)] = images[..., 0]
            failed = np.delete(np.arange(len(piece)), kept)
            problems += [(start + int(at), problem) for at, problem in zip(failed, bad, strict=True)]
    return Scan(starts, tuple(splits), tuple(classes), Names(list(parts.values())), readable, thumbnails, tuple(digests),
                tuple(headers), tuple(problems))  # fmt: skip


def _pieces(indices: np.ndarray) -> Iterator[np.ndarray]:
    return (indices[start : start + PIECE] for start in range(0, len(indices), PIECE))


def _headers(part: Part, indices: np.ndarray) -> list[Header | None]:
    files = part.files(indices)
    if files is None:
        return [None] * len(indices)
    with pillow_warnings(), ThreadPoolExecutor(usable_cpus()) as pool:
        return list(pool.map(read_header, map(Path, files)))
