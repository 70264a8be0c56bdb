"""What a source is: a place of images, listed first and read later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from fitcli.data.dataset import Dataset
from fitcli.data.image import ImageFormat, Progress
from fitcli.data.settings import ImageSettings
from fitcli.errors import Problem


class Part:
    """One split as it lies in the source, known before a pixel is read."""

    where: str  # the folder or file to name in messages
    classes: tuple[str, ...]  # of this part alone, some perhaps without an image
    labels: np.ndarray  # int64 [N], indices into `classes`
    keys: Sequence[str]  # a name for each image, all different, the same wherever the source lies

    def read(self, indices: np.ndarray, fmt: ImageFormat, progress: Progress | None) -> tuple[Dataset, list[Problem]]:
        """The images at `indices` that can be read, and a Problem for each of the others."""
        raise NotImplementedError


@dataclass(frozen=True)
class Contents:
    """All that a source holds: `parts` has the splits of its own, at least one of "train", "val", "test"."""

    parts: dict[str, Part]
    size: tuple[int, int]  # of the images where the settings leave it open
    channels: int
    warnings: tuple[str, ...] = ()

    def format(self, settings: ImageSettings) -> ImageFormat:
        size, channels = settings.height_width() or self.size, settings.channels or self.channels
        return ImageFormat(size, channels, settings.resize)


class Source:
    """A kind of place. Registered by name; `data.source: auto` asks `recognises`."""

    name: str

    @staticmethod
    def recognises(root: Path) -> bool:
        raise NotImplementedError

    @staticmethod
    def open(root: Path) -> Contents:
        """List what is there. DataError when it is not laid out as this source wants it."""
        raise NotImplementedError
