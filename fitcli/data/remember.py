"""A source whose images are decoded once and divided many times, as cross-validation does."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from fitcli.data.cachedpart import CachedPart
from fitcli.data.image import Progress
from fitcli.data.imageformat import ImageFormat
from fitcli.data.sources.base import Contents, Decoded, Part
from fitcli.errors import Problem


def remembered(contents: Contents) -> Contents:
    """`contents` with parts that keep what they have decoded."""
    parts = {n: p if isinstance(p, CachedPart) else RememberedPart(p) for n, p in contents.parts.items()}
    return replace(contents, parts=parts)


class RememberedPart(Part):
    """Decodes what it is asked for and has not decoded yet, always in one format."""

    def __init__(self, part: Part):
        self.part, self.where, self.classes, self.labels = part, part.where, part.classes, part.labels
        self.keys, self.groups = part.keys, part.groups
        self._images: np.ndarray | None = None
        self._known = np.zeros(len(part.labels), bool)
        self._bad: dict[int, Problem] = {}
        self._digests: list[bytes] | None = None

    def decode(self, indices: np.ndarray, fmt: ImageFormat, progress: Progress | None) -> Decoded:
        if self._images is None:
            self._images = np.empty((len(self.labels), *fmt.shape), np.uint8)
        new = indices[~self._known[indices]]
        if len(new):
            images, kept, problems = self.part.decode(new, fmt, progress)
            self._images[new[kept]] = images
            failed = np.delete(new, kept)
            self._bad |= dict(zip(failed.tolist(), problems, strict=True))
            self._known[new] = True
        good = [at for at, i in enumerate(indices) if i not in self._bad]
        return self._images[indices[good]], good, [self._bad[i] for i in indices if i in self._bad]

    def paths(self, indices: np.ndarray) -> tuple[str, ...] | None:
        return self.part.paths(indices)

    def files(self, indices: np.ndarray) -> list[str] | None:
        return self.part.files(indices)

    def digests(self, remember: bool = False) -> list[bytes]:
        if self._digests is None:
            self._digests = self.part.digests(remember)
        return self._digests
