"""JPEG files of the usual kind, decoded with few steps of Python: for small images these take longer than decoding.

Usual is: baseline or progressive, 8 bits, grey or three components, and no APP1 segment, where the EXIF block lies that
may turn the picture. Whatever else a file holds, or whatever is wrong with it, is left to Pillow's own reader, which
gives the same pixels for these.
Source: ITU-T T.81, annex B (the order of the segments).
"""

from __future__ import annotations

from struct import error, unpack_from

from PIL import Image

from fitcli.data.imageformat import ImageFormat
from fitcli.data.resize import scaled_size

START = b"\xff\xd8\xff"
FRAMES = (0xC0, 0xC1, 0xC2)  # baseline, extended, progressive
PASSED = frozenset((0xC4, 0xDB, 0xDD, 0xE0, *range(0xE2, 0xF0), 0xFE))  # tables, application segments, comments
SCAN = 0xDA
MODES = {1: "L", 3: "RGB"}
SCALES = (8, 4, 2, 1)


def usual_jpeg(data: bytes) -> tuple[int, int, str] | None:
    """(width, height, mode) from the header of a JPEG file of the usual kind."""
    at, found = 2, None
    try:
        while data[at] == 0xFF:
            marker, length = unpack_from(">xBH", data, at)
            if marker == SCAN:
                return found
            if marker in FRAMES and found is None:
                bits, height, width, components = unpack_from(">BHHB", data, at + 4)
                if bits != 8 or components not in MODES or not (height and width):
                    return None
                found = width, height, MODES[components]
            elif marker not in PASSED:
                return None
            at += 2 + length
    except (IndexError, error):
        pass
    return None


def decode_usual(data: bytes, fmt: ImageFormat) -> Image.Image | None:
    """The image, at a size to which the decoder can shrink it; None where Pillow's own reader is to look at it."""
    header = usual_jpeg(data)
    if header is None:
        return None
    w, h, mode = header
    if w * h > (Image.MAX_IMAGE_PIXELS or w * h):
        return None
    scale = reduction((w, h), wanted((h, w), fmt))
    try:
        return Image.frombytes(mode, (-(-w // scale), -(-h // scale)), data, "jpeg", mode, "", scale, 0)
    except Exception:  # damaged: the slow way says how
        return None


def wanted(size: tuple[int, int], fmt: ImageFormat) -> tuple[int, int]:
    """(width, height) that an image of this height and width must keep at least: two pixels for each that it becomes."""
    h, w = scaled_size(size, fmt.size, fmt.resize)
    return 2 * w, 2 * h


def reduction(size: tuple[int, int], least: tuple[int, int]) -> int:
    """The most by which the decoder can divide both sides with `least` left of them."""
    scale = min(size[0] // least[0], size[1] // least[1])
    return next((s for s in SCALES if scale >= s), 1)
