"""What every image becomes before a model sees it; stored with the model, so that predict does the same."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Literal, get_args

Resize = Literal["stretch", "crop", "letterbox"]
Filter = Literal["bilinear", "nearest", "box", "hamming", "bicubic", "lanczos"]
NamedRange = Literal["type", "image"]


@dataclass(frozen=True)
class ImageFormat:
    size: tuple[int, int]  # (height, width)
    channels: Literal[1, 3]
    resize: Resize = "stretch"
    filter: Filter = "bilinear"
    background: tuple[int, int, int] = (0, 0, 0)  # behind what is transparent, and beside a letterboxed image
    range: NamedRange | tuple[float, float] = "type"  # which numbers are black and white

    @property
    def shape(self) -> tuple[int, int, int]:
        return (*self.size, self.channels)

    def to_json(self) -> dict:
        return {key: list(value) if isinstance(value, tuple) else value for key, value in asdict(self).items()}

    @classmethod
    def from_json(cls, value: dict) -> ImageFormat:
        """The inverse of to_json; what is missing has its default. ValueError when `value` is something else."""
        match value:
            case {"size": [int(h), int(w)], "channels": 1 | 3 as c}:
                resize, kernel = value.get("resize", "stretch"), value.get("filter", "bilinear")
                background, span = _background(value.get("background", [0, 0, 0])), _range(value.get("range", "type"))
                known = resize in get_args(Resize) and kernel in get_args(Filter)
                if h > 0 and w > 0 and known and background and span:
                    return cls((h, w), c, resize, kernel, background, span)
        raise ValueError(f"not an image format: {value!r}")


def _background(value: object) -> tuple[int, int, int] | None:
    match value:
        case [int(r), int(g), int(b)] if all(0 <= v <= 255 for v in (r, g, b)):
            return r, g, b
    return None


def _range(value: object) -> NamedRange | tuple[float, float] | None:
    match value:
        case "type" | "image":
            return value
        case [int() | float() as low, int() | float() as high] if low < high:
            return float(low), float(high)
    return None
