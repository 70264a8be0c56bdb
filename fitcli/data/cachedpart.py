"""A part whose images are decoded once, onto the disk, and read from there batch by batch."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from math import prod

import numpy as np

from fitcli.data.image import Progress
from fitcli.data.imagecache import Cached, ImageCache
from fitcli.data.imageformat import ImageFormat
from fitcli.data.settings import DataSettings
from fitcli.data.sources.base import Contents, Decoded, Part
from fitcli.errors import DataError, Problem

AUTO_BYTES = 256 << 20  # decoded images that `cache: auto` still keeps in memory


def with_cache(contents: Contents, settings: DataSettings, make: bool) -> Contents:
    """`contents` with its parts read through the disk, where the settings want that and the source is one of files.

    `make`: decode into the cache what is not in it; otherwise it is used only where it is there.
    """
    fmt = contents.format(settings.image)
    total = sum(len(part.labels) for part in contents.parts.values()) * prod(fmt.shape)
    if settings.cache == "never" or (settings.cache == "auto" and total <= AUTO_BYTES):
        return contents
    parts: dict[str, Part] = {}
    warnings = list(contents.warnings)
    for split, part in contents.parts.items():
        keys = part.content_keys()
        if keys is None:
            parts[split] = part
        else:
            parts[split] = CachedPart(part, ImageCache(part.where, keys, fmt), settings, make, warnings.append)
    return replace(contents, parts=parts, warnings=warnings)


class CachedPart(Part):
    """Like `part`, with `decode` giving rows on the disk."""

    def __init__(self, part: Part, cache: ImageCache, settings: DataSettings, make: bool, tell):
        self.part, self.where, self.classes, self.labels = part, part.where, part.classes, part.labels
        self.keys, self.groups = part.keys, part.groups
        self.cache, self.settings, self.make, self.tell = cache, settings, make, tell
        self._found: Cached | None = None
        self._asked = False

    def decode(self, indices: np.ndarray, fmt: ImageFormat, progress: Progress | None) -> Decoded:
        count = len(indices)
        found = self._cached(fmt, progress and (lambda done, total: progress(done * count // total, count)))
        if found is None:
            return self.part.decode(indices, fmt, progress)
        good = [at for at, i in enumerate(indices.tolist()) if i not in found.problems]
        if progress:
            progress(len(indices), len(indices))
        bad = [found.problems[i] for i in indices.tolist() if i in found.problems]
        return found.rows.at(indices[good]), good, bad

    @property
    def on_disk(self) -> bool:
        """Whether the images take no memory, as far as can be told before they are read."""
        return self.make or self.cache.find() is not None

    def _cached(self, fmt: ImageFormat, progress: Progress | None) -> Cached | None:
        if self._asked:
            return self._found
        self._asked = True
        self._found = self.cache.find()
        if self._found is None and self.make:
            fill = partial(self._fill, fmt=fmt, progress=progress)
            made = self.cache.make(fill, self.settings.cache_gigabytes)
            if isinstance(made, str):
                if self.settings.cache == "always":
                    raise DataError(Problem(made, self.where, hint="more room, or --set data.cache=never"))
                self.tell(f"{self.where}: {made}; the images are kept in memory")
            else:
                self._found = made
                self.tell(f"{self.where}: decoded images are kept in {self.cache.folder} ({self.cache.bytes / 1e9:.2g} GB)")
        return self._found

    def _fill(self, indices: np.ndarray, put, *, fmt: ImageFormat, progress: Progress | None) -> None:
        done = 0
        for piece, images, kept, problems in self.part.stream(indices, fmt):
            put(piece[kept], images)
            for i, problem in zip(np.delete(piece, kept), problems, strict=True):
                put(i, problem)
            done += len(piece)
            if progress:
                progress(done, len(indices))

    def paths(self, indices: np.ndarray) -> tuple[str, ...] | None:
        return self.part.paths(indices)

    def files(self, indices: np.ndarray) -> list[str] | None:
        return self.part.files(indices)

    def digests(self, remember: bool = False) -> list[bytes]:
        return self.part.digests(remember)
