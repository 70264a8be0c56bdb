"""What an image file says of itself, without decoding its pixels."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from fitcli.data.decode import FORMATS, ORIENTATION
from fitcli.data.files import check_regular

SUFFIXES = {
    "JPEG": (".jpg", ".jpeg", ".jpe", ".jfif"), "MPO": (".jpg", ".jpeg", ".mpo"), "PNG": (".png",), "GIF": (".gif",),
    "BMP": (".bmp", ".dib"), "DIB": (".bmp", ".dib"), "WEBP": (".webp",), "TIFF": (".tif", ".tiff"),
    "PPM": (".ppm", ".pgm", ".pbm", ".pnm"), "JPEG2000": (".jp2", ".j2k", ".jpx"), "AVIF": (".avif",), "QOI": (".qoi",),
}  # fmt: skip


@dataclass(frozen=True)
class Header:
    format: str
    mode: str  # as Pillow names it
    height: int
    width: int
    turned: bool  # its EXIF block says that it lies on its side or upside down
    frames: int
    wrong_suffix: bool  # the ending of its name is that of another format


def read_header(path: Path) -> Header | None:
    """None of a file that is no image."""
    from PIL import Image

    try:
        check_regular(path)
        with Image.open(path, formats=[name for name in FORMATS if name in Image.OPEN]) as image:
            wrong = path.suffix.lower() not in ("", *SUFFIXES.get(image.format, (path.suffix.lower(),)))
            turned = image.getexif().get(ORIENTATION, 1) in range(2, 9)
            frames = getattr(image, "n_frames", 1)
            return Header(image.format, image.mode, image.height, image.width, turned, frames, wrong)
    except Exception:  # as many classes as in decode; decoding will tell
        return None
