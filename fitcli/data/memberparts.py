"""Images that lie in an archive and are read in place, a piece at a time, so that memory stays flat."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from fitcli.data.fileparts import bytes_digests
from fitcli.data.image import Progress, allocate_images, load_images
from fitcli.data.imageformat import ImageFormat
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
        bad: dict[int, Problem] = {}
        done = 0
        for piece in _pieces(self.members([self.names[i] for i in indices])):
            content = [(at, data) for at, data in piece if not isinstance(data, Problem)]
            bad |= {at: data for at, data in piece if isinstance(data, Problem)}
            pixels, kept, problems = load_images([data for _, data in content], fmt, on_error="skip")
            for row, k in enumerate(kept):
                images[content[k][0]] = pixels[row]
            failed = [at for k, (at, _) in enumerate(content) if k not in set(kept)]
            for at, problem in zip(failed, problems, strict=True):
                bad[at] = Problem(problem.message, self.path(indices[at]), hint=problem.hint)
            done += len(piece)
            if progress:
                progress(done, len(indices))
        kept = [at for at in range(len(indices)) if at not in bad]
        if bad:
            for row, at in enumerate(kept):
                images[row] = images[at]
        return images[: len(kept)], kept, [bad[at] for at in sorted(bad)]

    def paths(self, indices: np.ndarray) -> tuple[str, ...]:
        return tuple(map(self.path, indices))

    def path(self, index: int) -> str:
        return f"{self.where}/{self.names[index]}"

    def digests(self) -> list[bytes]:
        found: list[bytes] = [b""] * len(self.keys)
        for at, data in self.members(self.names):
            found[at] = bytes_digests([data if isinstance(data, bytes) else self.names[at].encode()])[0]
        return found


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
