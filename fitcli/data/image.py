"""The one path from an image file to the pixels a model sees, for training, validation and predict alike."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Literal

import numpy as np

from fitcli.data.decode import decode, pillow_warnings
from fitcli.data.imageformat import ImageFormat
from fitcli.data.resize import resized
from fitcli.errors import DataError, Problem

Progress = Callable[[int, int], None]  # progress(done, total)

CHUNK = 16  # images a thread takes at a time
MOST_TOLD = 20  # bad files named in one error


def load_image(source: str | os.PathLike | bytes, fmt: ImageFormat) -> np.ndarray:
    """One image file, or its bytes, as uint8 [H, W, C]. DataError naming the file when it cannot be read."""
    with pillow_warnings():
        return _load(source, fmt)


def _load(source: str | os.PathLike | bytes, fmt: ImageFormat) -> np.ndarray:
    return np.array(resized(decode(source, fmt), fmt), np.uint8).reshape(fmt.shape)


def convert_array(pixels: np.ndarray, fmt: ImageFormat) -> np.ndarray:
    """Pixels that are in memory already, uint8 [h, w, 1 (grey), 3 or 4 (with alpha)], as uint8 [H, W, C]: the same
    rules as for files."""
    from PIL import Image

    from fitcli.data.pixels import eight_bits

    image = Image.fromarray(pixels[:, :, 0] if pixels.shape[2] == 1 else np.ascontiguousarray(pixels))
    image = eight_bits(image, "L" if fmt.channels == 1 else "RGB", fmt.background)
    return np.array(resized(image, fmt), np.uint8).reshape(fmt.shape)


def load_images(
    paths: Sequence[str | os.PathLike | bytes],
    fmt: ImageFormat,
    threads: int | None = None,
    on_error: Literal["error", "skip"] = "error",
    progress: Progress | None = None,
) -> tuple[np.ndarray, list[int], list[Problem]]:
    """All of `paths`, decoded in parallel into one array.

    Returns uint8 [N, H, W, C] of the images that could be read, their indices in `paths`, and a Problem for
    every other one. With on_error="error" any bad file is a DataError that names them all (20, and a count).
    """
    images = allocate_images(len(paths), fmt)
    bad: dict[int, Problem] = {}

    def work(start: int) -> int:
        stop = min(start + CHUNK, len(paths))
        for i in range(start, stop):
            try:
                images[i] = _load(paths[i], fmt)
            except DataError as error:
                bad[i] = error.problems[0]
        return stop - start

    with pillow_warnings(), ThreadPoolExecutor(threads or usable_cpus()) as pool:
        done = 0
        for count in pool.map(work, range(0, len(paths), CHUNK)):  # which cancels what is queued when we leave early
            done += count
            if progress:
                progress(done, len(paths))

    problems = [bad[i] for i in sorted(bad)]
    if problems and on_error == "error":
        raise bad_files(problems, len(paths))
    kept = [i for i in range(len(paths)) if i not in bad]
    if problems:
        for row, i in enumerate(kept):
            images[row] = images[i]
    return images[: len(kept)], kept, problems


def bad_files(problems: Sequence[Problem], total: int) -> DataError:
    """One error for all files that cannot be read: the first 20 by name, and how many more."""
    rest = [Problem(f"... and {len(problems) - MOST_TOLD} more")] if len(problems) > MOST_TOLD else []
    head = Problem(
        f"{len(problems)} of {total} images cannot be read:",
        hint="remove these files, or go on without them: --set data.on_error=skip",
    )
    return DataError(head, *problems[:MOST_TOLD], *rest)


def usable_cpus() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def check_memory(count: int, fmt: ImageFormat) -> None:
    """DataError when `count` images are more than the machine's memory: the system would kill us only when
    half of them are read.
    """
    need = count * math.prod(fmt.shape)
    try:
        have = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):  # not a POSIX system
        return
    if need > have:
        raise DataError(Problem(
            f"{count:,} images of {' x '.join(map(str, fmt.shape))} need {need / 1e9:,.1f} GB of memory; "
            f"this machine has {have / 1e9:,.1f} GB",
            hint="smaller images, as in --set data.image.size=64",
        ))  # fmt: skip


def allocate_images(count: int, fmt: ImageFormat) -> np.ndarray:
    """Room for `count` images, uint8 [N, H, W, C]."""
    check_memory(count, fmt)
    return np.empty((count, *fmt.shape), np.uint8)
