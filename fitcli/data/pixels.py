"""From the pixels of any kind of image to 8 bits of grey (mode L) or of colour (RGB).

    transparency  drawn over black: y = alpha x
    16-bit grey   y = round(x / 257), so that 65535 becomes 255
    float grey    y = round(255 x) for x in [0, 1]; anything else is an error, for its scale is unknown
    CMYK, YCbCr   converted to RGB; grey of colour is 0.299 R + 0.587 G + 0.114 B (ITU-R 601-2)
"""

from __future__ import annotations

import numpy as np
from PIL import Image

from fitcli.errors import DataError, Problem


def eight_bits(image: Image.Image, mode: str) -> Image.Image:
    """`image`, loaded, in `mode` "L" or "RGB". DataError when nothing says how bright its numbers are."""
    if image.mode == "F" or image.mode.startswith("I"):
        return _wide_grey(image).convert(mode)
    if image.has_transparency_data:
        rgba = image.convert("RGBA")
        black = Image.new("RGB", image.size)
        black.paste(rgba, mask=rgba.getchannel("A"))
        return black.convert(mode)
    if mode == "L" and image.mode not in ("1", "L", "RGB"):
        image = image.convert("RGB")
    return image.convert(mode)


def _wide_grey(image: Image.Image) -> Image.Image:
    """Grey of 16 bits, 32 bits holding 16, or floats, to 8 bits."""
    x = np.asarray(image)
    low, high = x.min(), x.max()
    tags = getattr(image, "tag_v2", {})
    if image.mode == "F":
        if not (low >= 0 and high <= 1):
            raise DataError(Problem(
                f"is an image of floats from {low:g} to {high:g}; only 0 to 1 has a known brightness",
                hint="save it with values from 0 to 1, or as 8-bit or 16-bit PNG",
            ))  # fmt: skip
        y = np.rint(x * np.float64(255))
    else:
        if low < 0 or high > 65535:
            raise DataError(Problem(
                f"is an image of integers from {low} to {high}; only 0 to 65535 (16 bits) has a known brightness",
                hint="save it as 8-bit or 16-bit PNG",
            ))  # fmt: skip
        top = 4095 if tags.get(258) == (12,) else 65535
        y = (x.astype(np.uint32) * 255 + top // 2) // top
    if tags.get(262) == 0:  # TIFF "white is zero", which Pillow undoes for 8 bits only
        y = 255 - y
    return Image.fromarray(y.astype(np.uint8))
