"""The `data:` section of a spec: where the images are, what they become, how they are divided.

Imports nothing heavy: it is read before any array exists.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

from annotated_types import Ge, Gt, Le, Len, Lt

from fitcli.data.augment.base import Augmentation
from fitcli.data.imageformat import Filter, ImageFormat, NamedRange, Resize

Side = Annotated[int, Gt(0)]
Byte = Annotated[int, Ge(0), Le(255)]
Fraction = Annotated[float, Ge(0), Lt(1)]


@dataclass(frozen=True)
class ImageSettings:
    """What every image becomes. None is what the source has: its own size (IDX) or 128 × 128 in colour (folder)."""

    size: Side | Annotated[list[Side], Len(2, 2)] | None = None  # n or [height, width]
    channels: Literal[1, 3] | None = None
    resize: Resize = "stretch"
    filter: Filter = "bilinear"  # all but nearest average when they shrink
    background: Byte | Annotated[list[Byte], Len(3, 3)] = 0  # grey or [red, green, blue], behind transparency
    range: NamedRange | Annotated[list[float], Len(2, 2)] = "type"  # black and white of 16-bit and float images

    def __post_init__(self) -> None:
        if isinstance(self.range, list) and not self.range[0] < self.range[1]:
            raise ValueError(f"range is [black, white], the lower number first; it is {self.range}")

    def height_width(self) -> tuple[int, int] | None:
        if self.size is None:
            return None
        return (self.size, self.size) if isinstance(self.size, int) else (self.size[0], self.size[1])

    def format(self, size: tuple[int, int], channels: int) -> ImageFormat:
        """What images become when they become that large."""
        grey = self.background if isinstance(self.background, int) else None
        background = tuple(self.background) if grey is None else (grey, grey, grey)
        span = self.range if isinstance(self.range, str) else (float(self.range[0]), float(self.range[1]))
        return ImageFormat(size, channels, self.resize, self.filter, background, span)

    @classmethod
    def of(cls, fmt: ImageFormat) -> ImageSettings:
        """The settings that give `fmt` for any source."""
        span = fmt.range if isinstance(fmt.range, str) else list(fmt.range)
        return cls(list(fmt.size), fmt.channels, fmt.resize, fmt.filter, list(fmt.background), span)


@dataclass(frozen=True)
class SplitSettings:
    """Parts of the training images kept apart, each only where the source has no such split of its own."""

    val: Fraction = 0.1
    test: Fraction = 0.1
    by: Literal["stratified", "hash", "group"] = "stratified"
    group: str | None = None  # by group: a regular expression; what it finds in an image's path is its group
    folds: Annotated[int, Ge(2)] | None = None  # cross-validation: so many parts of the training images
    fold: Annotated[int, Ge(1)] = 1  # and this one of them validates

    def __post_init__(self) -> None:
        if self.folds is not None and self.fold > self.folds:
            raise ValueError(f"fold must be from 1 to {self.folds}, the number of folds; it is {self.fold}")
        if self.group is not None:
            if self.by != "group":
                raise ValueError(f"group has a meaning with `by: group` only; it is {self.by}")
            try:
                re.compile(self.group)
            except re.error as error:
                raise ValueError(f"group is no regular expression: {error}") from None
        if self.val + self.test >= 1:
            total = f"{self.val} + {self.test}"
            raise ValueError(f"val + test must be below 1, or nothing is left to train on; they are {total}")


# A source is called as its file is: looked up without importing them.
_SOURCES = sorted(path.stem for path in Path(__file__).with_name("sources").glob("[a-z]*.py") if path.stem != "base")
SourceName = Literal[("auto", *_SOURCES)]


@dataclass(frozen=True)
class DataSettings:
    path: str
    source: SourceName = "auto"
    image: ImageSettings = field(default_factory=ImageSettings)
    split: SplitSettings = field(default_factory=SplitSettings)
    per_class: Annotated[int, Gt(0)] | None = None  # at most so many training images of each class are used
    augment: list[Augmentation] = field(default_factory=list)
    normalize: Literal["dataset", "none"] = "dataset"
    on_error: Literal["error", "skip"] = "error"
    cache: Literal["auto", "always", "never"] = "auto"  # decoded images on disk; auto: beyond 256 MB
    cache_gigabytes: Annotated[float, Gt(0)] = 20.0  # of all caches together; what was used longest ago is deleted
