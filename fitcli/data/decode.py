"""From the bytes of an image file to upright 8-bit pixels, grey (L) or colour (RGB).

The format is found by content, never by the file's name; of several frames or pages the first counts; the
orientation in the EXIF block is obeyed. What the numbers of each kind of image mean: see `pixels`.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from io import BytesIO

from PIL import Image, UnidentifiedImageError

from fitcli.data.files import check_regular
from fitcli.data.imageformat import ImageFormat
from fitcli.data.jpeg import START, decode_usual, wanted
from fitcli.data.pixels import eight_bits
from fitcli.errors import DataError, Problem

# Not EPS (it would start Ghostscript), nor formats that cannot be told by their content.
FORMATS = ("JPEG", "PNG", "GIF", "BMP", "DIB", "WEBP", "TIFF", "PPM", "JPEG2000", "AVIF", "QOI")
ORIENTATION = 0x0112
SEVERAL_COPIES = ("WEBP", "JPEG2000", "AVIF")  # held by their decoders, of all pixels at once
MOST_COPIED = 40_000_000  # pixels of such an image
MOST_FILE_BYTES = 4 << 30  # of an image file
MOST_BYTES = 64 << 20  # of a file that is read as a whole, in one step
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_270, 7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}  # fmt: skip


@cache
def _formats() -> list[str]:
    Image.init()
    return [name for name in FORMATS if name in Image.OPEN]


@contextmanager
def pillow_warnings() -> Iterator[None]:
    """A decompression bomb is an error; a small fault in an EXIF block is not worth a word.

    Filters belong to the process, so whoever starts threads enters this once around all of them.
    """
    _formats()
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        warnings.filterwarnings("ignore", category=UserWarning, module=r"PIL\.")
        yield


def decode(source: str | os.PathLike | bytes, fmt: ImageFormat) -> Image.Image:
    """The image, upright, in mode L (1 channel) or RGB (3), at its own size or, if it is far larger than what
    `fmt` wants, at the size to which its decoder can shrink it with at least two pixels left for each wanted.
    DataError when it cannot be read, whatever the reason.
    """
    name = "<bytes>" if isinstance(source, bytes) else os.fspath(source)
    try:
        if isinstance(source, bytes):
            return _decode_bytes(source, fmt)
        size = check_regular(name)
        if size > MOST_FILE_BYTES:
            raise DataError(f"has {size:,} bytes; refused as larger than an image")
        whole = size <= MOST_BYTES
        with open(name, "rb", buffering=0 if whole else -1) as file:
            return _decode_bytes(file.read(), fmt) if whole else _decode(file, fmt)
    except Exception as error:
        raise told(error, name) from None


def told(error: Exception, name: str) -> DataError:
    """What reading the image called `name` has run into, in words: decoders raise nearly every class there is."""
    if isinstance(error, DataError):
        return DataError(*(Problem(p.message, where=name, hint=p.hint) for p in error.problems))
    if isinstance(error, UnidentifiedImageError):
        message = f"is not an image of a kind that can be read ({', '.join(_formats())})"
    elif isinstance(error, (Image.DecompressionBombError, Image.DecompressionBombWarning)):
        message = f"is larger than {Image.MAX_IMAGE_PIXELS or 0:,} pixels; refused as a decompression bomb"
    elif isinstance(error, MemoryError):
        message = "does not fit into memory when decoded"
    elif isinstance(error, OSError) and error.errno:
        message = f"cannot be read: {error.strerror}"
    else:
        message = f"cannot be decoded: {str(error) or 'no more is known'} ({type(error).__name__})"
    return DataError(Problem(message, where=name))


def _decode_bytes(data: bytes, fmt: ImageFormat) -> Image.Image:
    image = decode_usual(data, fmt) if data.startswith(START) else None
    if image is None:
        return _decode(BytesIO(data), fmt)
    return eight_bits(image, "L" if fmt.channels == 1 else "RGB", fmt.background, fmt.range)


def _decode(file, fmt: ImageFormat) -> Image.Image:
    with Image.open(file, formats=_formats()) as image:
        if image.format in SEVERAL_COPIES and image.width * image.height > MOST_COPIED:
            most = f"{MOST_COPIED:,} pixels, the most of a {image.format}"
            raise DataError(f"is larger than {most}; refused as a decompression bomb")
        if image.format in ("JPEG", "MPO"):
            turned = _orientation(image) >= 5
            least = wanted(image.size if turned else image.size[::-1], fmt)
            image.draft(None, least[::-1] if turned else least)
        return upright(image, fmt)


def upright(image: Image.Image, fmt: ImageFormat) -> Image.Image:
    """An opened image, or the page of it that was sought, as `decode` gives it."""
    image.load()
    pixels = eight_bits(image, "L" if fmt.channels == 1 else "RGB", fmt.background, fmt.range)
    method = UPRIGHT.get(_orientation(image))
    return pixels if method is None else pixels.transpose(method)


def _orientation(image: Image.Image) -> int:
    """1 to 8; 1 (upright) when there is none or the EXIF block is broken, as image viewers do."""
    try:
        value = image.getexif().get(ORIENTATION, 1)
        return value if value in UPRIGHT else 1
    except Exception:  # as many classes as in decode
        return 1
