"""The `data:` section of a spec: where the images are, what they become, how they are divided.

Imports nothing heavy: it is read before any array exists.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Literal

from annotated_types import Ge, Gt, Len, Lt

from fitcli.data.augment.base import Augmentation

Side = Annotated[int, Gt(0)]
Fraction = Annotated[float, Ge(0), Lt(1)]


@dataclass(frozen=True)
class ImageSettings:
    """What every image becomes. None is what the source has: its own size (IDX) or 128 × 128 in colour (folder)."""

    size: Side | Annotated[list[Side], Len(2, 2)] | None = None  # n or [height, width]
    channels: Literal[1, 3] | None = None
    resize: Literal["stretch", "crop", "letterbox"] = "stretch"

    def height_width(self) -> tuple[int, int] | None:
        if self.size is None:
            return None
        return (self.size, self.size) if isinstance(self.size, int) else (self.size[0], self.size[1])


@dataclass(frozen=True)
class SplitSettings:
    """Parts of the training images kept apart, each only where the source has no such split of its own."""

    val: Fraction = 0.1
    test: Fraction = 0.1

    def __post_init__(self) -> None:
        if self.val + self.test >= 1:
            total = f"{self.val} + {self.test}"
            raise ValueError(f"val + test must be below 1, or nothing is left to train on; they are {total}")


@dataclass(frozen=True)
class DataSettings:
    path: str
    source: Literal["auto", "folder", "idx"] = "auto"
    image: ImageSettings = field(default_factory=ImageSettings)
    split: SplitSettings = field(default_factory=SplitSettings)
    augment: list[Augmentation] = field(default_factory=list)
    normalize: Literal["dataset", "none"] = "dataset"
    on_error: Literal["error", "skip"] = "error"
