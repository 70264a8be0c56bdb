"""The one path from an image file to the pixels a model sees, for training, validation and predict alike."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Sequence

import numpy as np

from fitcli.data.decode import decode, pillow_warnings
from fitcli.data.imageformat import ImageFormat
from fitcli.data.memory import size_text, usable_memory
from fitcli.data.resize import resized
from fitcli.errors import DataError, Problem

Progress = Callable[[int, int], None]  # progress(done, total)


def load_image(source: str | os.PathLike | bytes, fmt: ImageFormat) -> np.ndarray:
    """One image file, or its bytes, as uint8 [H, W, C]. DataError naming the file when it cannot be read."""
    with pillow_warnings():
        return load_pixels(source, fmt).copy()


def load_pixels(source: str | os.PathLike | bytes, fmt: ImageFormat) -> np.ndarray:
    """The same within `pillow_warnings`, not to be written to."""
    return np.frombuffer(resized(decode(source, fmt), fmt).tobytes(), np.uint8).reshape(fmt.shape)


def load_into(images: np.ndarray, sources: Sequence[str | os.PathLike | bytes], fmt: ImageFormat) -> dict[int, Problem]:
    """One after the other into `images`, uint8 [n, H, W, C]; a Problem for each that cannot be read, by its place."""
    bad: dict[int, Problem] = {}
    for at, source in enumerate(sources):
        try:
            images[at] = load_pixels(source, fmt)
        except DataError as error:
            bad[at] = error.problems[0]
    return bad


def convert_array(pixels: np.ndarray, fmt: ImageFormat) -> np.ndarray:
    """Pixels that are in memory already, uint8 [h, w, 1 (grey), 3 or 4 (with alpha)], as uint8 [H, W, C]: the same
    rules as for files."""
    from PIL import Image

    from fitcli.data.pixels import eight_bits

    image = Image.fromarray(pixels[:, :, 0] if pixels.shape[2] == 1 else np.ascontiguousarray(pixels))
    image = eight_bits(image, "L" if fmt.channels == 1 else "RGB", fmt.background)
    return np.array(resized(image, fmt), np.uint8).reshape(fmt.shape)


def usable_cpus() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def check_memory(count: int, fmt: ImageFormat) -> None:
    """DataError where `count` images are more than all the memory there is: the system would kill us only when half of
    them are read."""
    needed, there = count * math.prod(fmt.shape), usable_memory()
    if needed > there:
        shape = " x ".join(map(str, fmt.shape))
        what = f"{count:,} images of {shape} take {size_text(needed)}, and there are {size_text(there)} of memory"
        raise DataError(Problem(what, hint="smaller images, as in --set data.image.size=64"))


def allocate_images(count: int, fmt: ImageFormat) -> np.ndarray:
    """Room for `count` images, uint8 [N, H, W, C]."""
    check_memory(count, fmt)
    return np.empty((count, *fmt.shape), np.uint8)
