"""From the pixels of any kind of image to 8 bits of grey (mode L) or of colour (RGB).

    transparency  drawn over the background b: y = alpha x + (1 - alpha) b
    wide numbers  y = round(255 (x - low) / (high - low)), cut off to 0..255, with `range` = [low, high]
    CMYK, YCbCr   converted to RGB; grey of colour is 0.299 R + 0.587 G + 0.114 B (ITU-R 601-2)

`range: type` takes low and high from the type of the numbers: 0 to 65535 for 16-bit integers (0 to 4095 where a TIFF
says 12 bits), 0 to 1 for floats; numbers outside are an error, for their scale is unknown. `range: image` takes the
least and the largest number of each image. Bytes are left as they are unless [low, high] says otherwise.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from PIL import Image

from fitcli.errors import DataError, Problem

Range = Literal["type", "image"] | tuple[float, float]
BLACK = (0, 0, 0)
BAND = 1 << 22  # numbers that are converted at a time


def eight_bits(image: Image.Image, mode: str, background: tuple[int, int, int] = BLACK,
               span: Range = "type") -> Image.Image:  # fmt: skip
    """`image`, loaded, in `mode` "L" or "RGB". DataError when nothing says how bright its numbers are."""
    if image.mode == "F" or image.mode.startswith("I"):
        return _wide_grey(image, span).convert(mode)
    width, height = image.size
    if width * height <= BAND or (image.mode == mode and not isinstance(span, tuple)):
        return _narrow(image, mode, background, span)
    whole, rows = Image.new(mode, image.size), max(1, BAND // width)
    for top in range(0, height, rows):  # a large image in bands: what lies between would be several times its size
        band = image.crop((0, top, width, min(top + rows, height)))
        whole.paste(_narrow(band, mode, background, span), (0, top))
    return whole


def _narrow(image: Image.Image, mode: str, background: tuple[int, int, int], span: Range) -> Image.Image:
    """The same for an image of bytes."""
    if image.has_transparency_data:
        rgba = image.convert("RGBA")
        below = Image.new("RGB", image.size, background)
        below.paste(rgba, mask=rgba.getchannel("A"))
        return _spread(below.convert(mode), span)
    if mode == "L" and image.mode not in ("1", "L", "RGB"):
        image = image.convert("RGB")
    return _spread(image if image.mode == mode else image.convert(mode), span)  # a conversion to itself would copy


def bytes_of(x: np.ndarray, span: Range = "type") -> np.ndarray:
    """Numbers [N, ...] of any type as uint8, by the rule of `range`, the images in the first axis."""
    if x.dtype == bool:
        return x.astype(np.uint8) * np.uint8(255)
    if x.dtype == np.uint8 and not isinstance(span, tuple) or not x.size:
        return x.astype(np.uint8)
    if x.dtype.kind not in "uif":
        raise DataError(Problem(f"holds numbers of type {x.dtype}, which are no brightness"))
    if span == "image":
        _finite(x)
        return np.stack([scaled(image, float(image.min()), float(image.max())) for image in x])
    if isinstance(span, tuple):
        _finite(x)
        return scaled(x, *span)
    if x.dtype.kind == "f":
        return scaled(x, *_within(x, 0.0, 1.0, "floats", "only 0 to 1 has"))
    if x.dtype.itemsize == 2:
        return scaled(x, *_within(x, 0, 65535, "integers", "only 0 to 65535 (16 bits) has"))
    what = f"holds integers of {8 * x.dtype.itemsize} bits from {x.min()} to {x.max()}, whose brightness is not known"
    raise DataError(Problem(what, hint="--set data.image.range=[0,255] if they are bytes"))


def scaled(x: np.ndarray, low: float, high: float) -> np.ndarray:
    """round(255 (x - low) / (high - low)), cut off to 0..255; 0 where all numbers are the same."""
    y = np.zeros(x.shape, np.uint8)
    if high <= low:
        return y
    flat, numbers = y.reshape(-1), x.reshape(-1)
    for start in range(0, x.size, BAND):
        piece = (numbers[start : start + BAND].astype(np.float64) - low) * (255 / (high - low))
        flat[start : start + BAND] = np.clip(np.floor(piece + 0.5), 0, 255)
    return y


def _wide_grey(image: Image.Image, span: Range) -> Image.Image:
    """Grey of 16 bits, 32 bits holding 16, or floats, to 8 bits."""
    x = np.asarray(image)
    if x.dtype.byteorder == ">":
        x = x.astype(x.dtype.newbyteorder("="))
    tags = getattr(image, "tag_v2", {})
    if span != "type":
        y = bytes_of(x[None], span)[0]
    elif image.mode == "F":
        y = scaled(x, *_within(x, 0.0, 1.0, "floats", "only 0 to 1 has", "is an image of"))
    else:
        told = ("integers", "only 0 to 65535 (16 bits) has", "is an image of")
        low, high = _within(x, 0, 65535, *told)
        y = scaled(x, low, 4095 if tags.get(258) == (12,) else high)
    if tags.get(262) == 0:  # TIFF "white is zero", which Pillow undoes for 8 bits only
        y = 255 - y
    return Image.fromarray(y)


def _spread(image: Image.Image, span: Range) -> Image.Image:
    """Bytes whose black and white are declared."""
    return Image.fromarray(scaled(np.asarray(image), *span)) if isinstance(span, tuple) else image


def _within(x: np.ndarray, low: float, high: float, kind: str, known: str, what: str = "holds") -> tuple[float, float]:
    least, most = x.min(), x.max()
    if not (least >= low and most <= high):
        raise DataError(Problem(
            f"{what} {kind} from {least:g} to {most:g}; {known} a known brightness",
            hint="say in the spec which numbers are black and white, as in --set data.image.range=[0,4095]",
        ))  # fmt: skip
    return low, high


def _finite(x: np.ndarray) -> None:
    if x.dtype.kind == "f" and not np.isfinite(x).all():
        raise DataError(Problem("holds numbers that are not finite"))
