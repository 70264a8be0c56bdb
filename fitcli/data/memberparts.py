"""Images that lie in an archive and are read in place, a piece at a time, so that memory stays flat."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from fitcli.data.digestcache import remembered
from fitcli.data.fileparts import bytes_digests, stat_keys
from fitcli.data.image import Progress, allocate_images
from fitcli.data.imageformat import ImageFormat
from fitcli.data.images import load_images
from fitcli.data.sources.base import Decoded, Part
from fitcli.errors import Problem

PIECE_IMAGES = 256  # decoded at a time
PIECE_BYTES = 64 << 20  # or fewer, when they are large
Member = tuple[int, bytes | Problem]  # place in the wanted indices, and content
Members = Callable[[Sequence[str]], Iterator[Member]]


@dataclass(frozen=True, eq=False)
class MembersPart(Part):
    """`members(names)` gives the content of each of these members, in any order."""

    where: str
    classes: tuple[str, ...]
    labels: np.ndarray
    keys: tuple[str, ...]  # as the folder would have them
    names: tuple[str, ...]  # of the members
    members: Members

    def decode(self, indices: np.ndarray, fmt: ImageFormat, progress: Progress | None) -> Decoded:
        images = allocate_images(len(indices), fmt)
        at = {int(i): row for row, i in enumerate(indices)}
        bad: dict[int, Problem] = {}
        done = 0
        for piece, pixels, kept, problems in self.stream(indices, fmt):
            images[[at[int(i)] for i in piece[kept]]] = pixels
            bad |= {at[int(i)]: problem for i, problem in zip(np.delete(piece, kept), problems, strict=True)}
            done += len(piece)
            if progress:
                progress(done, len(indices))
        good = [row for row in range(len(indices)) if row not in bad]
        if bad:
            for row, source in enumerate(good):
                images[row] = images[source]
        return images[: len(good)], good, [bad[row] for row in sorted(bad)]

    def stream(self, indices: np.ndarray, fmt: ImageFormat) -> Iterator[tuple[np.ndarray, np.ndarray, list, list]]:
        """One walk through the archive, in its order."""
        for piece in _pieces(self.members([self.names[i] for i in indices])):
            chosen = np.array([indices[at] for at, _ in piece], np.int64)
            content = [data if isinstance(data, bytes) else b"" for _, data in piece]
            pixels, kept, problems = load_images(content, fmt, on_error="skip")
            told = [
                data if isinstance(data, Problem) else Problem(problem.message, self.path(i), hint=problem.hint)
                for i, (_, data), problem in _failed(chosen, piece, kept, problems)
            ]
            yield chosen, pixels, kept, told

    def samples(self, indices: np.ndarray) -> Iterator[bytes]:
        return (data for _, data in self.members([self.names[i] for i in indices]) if isinstance(data, bytes))

    def content_keys(self) -> np.ndarray:
        return stat_keys([self.where] * len(self.names), self.names)

    def paths(self, indices: np.ndarray) -> tuple[str, ...]:
        return tuple(map(self.path, indices))

    def path(self, index: int) -> str:
        return f"{self.where}/{self.names[index]}"

    def digests(self, remember: bool = False) -> list[bytes]:
        if not remember:
            return self._digests(range(len(self.names)))
        return remembered(self.where, self.names, [self.where] * len(self.names), self._digests)

    def _digests(self, indices: Sequence[int]) -> list[bytes]:
        names = [self.names[i] for i in indices]
        found: list[bytes] = [b""] * len(names)
        for at, data in self.members(names):
            found[at] = bytes_digests([data if isinstance(data, bytes) else names[at].encode()])[0]
        return found


def _failed(chosen: np.ndarray, piece: list[Member], kept: list[int], problems: list[Problem]):
    good = set(kept)
    places = [k for k in range(len(piece)) if k not in good]
    return ((chosen[k], piece[k], problem) for k, problem in zip(places, problems, strict=True))


def _pieces(members: Iterator[Member]) -> Iterator[list[Member]]:
    piece: list[Member] = []
    size = 0
    for at, data in members:
        piece.append((at, data))
        size += len(data) if isinstance(data, bytes) else 0
        if len(piece) >= PIECE_IMAGES or size >= PIECE_BYTES:
            yield piece
            piece, size = [], 0
    if piece:
        yield piece
