"""Every image of a source once: can it be decoded, what is its content's hash, what does it look like from afar?"""

from __future__ import annotations

from collections.abc import Iterator
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


@dataclass(frozen=True)
class Scan:
    """All images of all splits of the source, one behind the other; the arrays have one entry an image."""

    parts: tuple[str, ...]  # the source's own split of each image
    classes: tuple[tuple[str, ...], ...]  # of each image: one, or any number where it may have several
    names: tuple[str, ...]  # where it lies
    places: tuple[tuple[str, int], ...]  # split and index in the part
    readable: np.ndarray  # bool [N]
    thumbnails: np.ndarray  # uint8 [N, 8, 9], grey; 0 where it cannot be read
    digests: tuple[bytes, ...]
    headers: tuple[Header | None, ...]  # None where it has no file of its own, or one without a header
    problems: tuple[tuple[int, Problem], ...]  # of the images that cannot be read


def scan(contents: Contents, settings: DataSettings, progress: Progress | None = None) -> Scan:
    parts = {split: contents.parts[split] for split in SPLIT_NAMES if split in contents.parts}
    total = sum(len(part.labels) for part in parts.values())
    fmt = replace(contents.format(settings.image), size=(ROWS, COLUMNS), channels=1, resize="stretch", filter="box")
    names: list[str] = []
    headers: list[Header | None] = []
    digests: list[bytes] = []
    problems: list[tuple[int, Problem]] = []
    readable = np.zeros(total, bool)
    thumbnails = np.zeros((total, ROWS, COLUMNS), np.uint8)
    before = 0
    for part in parts.values():
        everything = np.arange(len(part.labels))
        names += part.paths(everything) or [f"{part.where}#{key}" for key in part.keys]
        headers += _headers(part, everything)
        digests += part.digests()
        for piece in _pieces(everything):
            start = before + int(piece[0])
            told = progress and (lambda done, _, start=start: progress(start + done, total))
            images, kept, bad = part.decode(piece, fmt, told)
            readable[start + np.array(kept, int)] = True
            thumbnails[start + np.array(kept, int)] = images[..., 0]
            failed = np.delete(np.arange(len(piece)), kept)
            problems += [(start + int(at), problem) for at, problem in zip(failed, bad, strict=True)]
        before += len(everything)
    places = tuple((split, i) for split, part in parts.items() for i in range(len(part.labels)))
    classes = tuple(label_names(label, part.classes) for part in parts.values() for label in part.labels)
    return Scan(tuple(split for split, _ in places), classes, tuple(names), places, readable, thumbnails,
                tuple(digests), tuple(headers), tuple(problems))  # fmt: skip


def _pieces(indices: np.ndarray) -> Iterator[np.ndarray]:
    return (indices[start : start + PIECE] for start in range(0, len(indices), PIECE))


def _headers(part: Part, indices: np.ndarray) -> list[Header | None]:
    files = part.files(indices)
    if files is None:
        return [None] * len(indices)
    with pillow_warnings(), ThreadPoolExecutor(usable_cpus()) as pool:
        return list(pool.map(read_header, map(Path, files)))
