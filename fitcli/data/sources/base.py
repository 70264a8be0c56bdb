"""What a source is: a place of images, listed first and read later."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Literal

import numpy as np

from fitcli.data.dataset import Dataset
from fitcli.data.image import Progress
from fitcli.data.imageformat import ImageFormat
from fitcli.data.labels import is_multilabel
from fitcli.data.settings import ImageSettings
from fitcli.errors import Problem

PIECE_BYTES = 16 << 20  # decoded at a time where all images are wanted one after the other
DEFAULT_SIZE = (128, 128)  # of what images become where neither the source nor the settings say


Decoded = tuple[np.ndarray, list[int], list[Problem]]  # uint8 [n, H, W, C]; n places; the others


class Part:
    """One split as it lies in the source, known before a pixel is read."""

    where: str  # the folder or file to name in messages
    classes: tuple[str, ...]  # of this part alone, some perhaps without an image
    labels: np.ndarray  # int64 [N], indices into `classes`, or uint8 [N, K], as a Dataset has them
    keys: Sequence[str]  # a name for each image, all different, the same wherever the source lies
    groups: Sequence[str] | None = None  # for each image, what it must not be parted from; None where nobody says

    @property
    def multilabel(self) -> bool:
        """Whether an image may be of several classes, or of none."""
        return is_multilabel(self.labels)

    def decode(self, indices: np.ndarray, fmt: ImageFormat, progress: Progress | None) -> Decoded:
        """The pixels of the images at `indices` that can be read, where these stand in `indices`, and a Problem for
        each of the others."""
        raise NotImplementedError

    def read(self, indices: np.ndarray, fmt: ImageFormat, progress: Progress | None) -> tuple[Dataset, list[Problem]]:
        """The same with labels and paths."""
        images, kept, problems = self.decode(indices, fmt, progress)
        chosen = indices[kept]
        return Dataset(images, self.labels[chosen], self.classes, self.paths(chosen)), problems

    def paths(self, indices: np.ndarray) -> tuple[str, ...] | None:
        """Where the images at `indices` lie, to be told to people; None where that is no more than a number."""
        files = self.files(indices)
        return None if files is None else tuple(files)

    def files(self, indices: np.ndarray) -> list[str] | None:
        """The files of the images at `indices`; None where they have none of their own."""
        return None

    def samples(self, indices: np.ndarray) -> Iterable[str | bytes]:
        """The image files at `indices`, by name or content, to look into; none where images are no files."""
        return self.files(indices) or ()

    def stream(self, indices: np.ndarray, fmt: ImageFormat) -> Iterator[tuple[np.ndarray, np.ndarray, list, list]]:
        """(some of the indices, and what `decode` says of them) until all have been, so that memory stays flat."""
        step = max(16, PIECE_BYTES // prod(fmt.shape))
        for start in range(0, len(indices), step):
            piece = indices[start : start + step]
            yield piece, *self.decode(piece, fmt, None)

    def content_keys(self) -> np.ndarray | None:
        """uint8 [N, 16]: for each image a hash of where it lies and of size and time of its file; None where the images
        are in arrays already, and decoding them once more costs nothing."""
        return None

    def digests(self, remember: bool = False) -> list[bytes]:
        """A hash of each image's content as it is stored: equal for equal images, whatever their names. `remember`: what
        was read before and has not changed since is not read again."""
        raise NotImplementedError


@dataclass(frozen=True)
class Contents:
    """All that a source holds: `parts` has the splits of its own, at least one of "train", "val", "test"."""

    parts: dict[str, Part]
    size: tuple[int, int]  # of the images where the settings leave it open
    channels: int
    warnings: tuple[str, ...] = ()
    fixed: bool = False  # the source itself says the size

    def format(self, settings: ImageSettings) -> ImageFormat:
        return settings.format(settings.height_width() or self.size, settings.channels or self.channels)


class Source:
    """A kind of place. Registered by the name of its file; `data.source: auto` asks `recognises`."""

    name: str
    place: Literal["folder", "file", "any"] = "folder"

    @staticmethod
    def recognises(root: Path) -> bool:
        """Whether this is the source's kind, by what is in the file or folder; never opens a pipe or a device."""
        raise NotImplementedError

    @staticmethod
    def open(root: Path) -> Contents:
        """List what is there. DataError when it is not laid out as this source wants it."""
        raise NotImplementedError
