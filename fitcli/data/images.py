"""Many image files at once, and what is said of those that cannot be read."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Literal

import numpy as np

from fitcli.data.decode import pillow_warnings
from fitcli.data.image import Progress, allocate_images, load_into, usable_cpus
from fitcli.data.imageformat import ImageFormat
from fitcli.errors import DataError, Problem

CHUNK = 32  # files that a thread reads in one go
MOST_TOLD = 20  # bad files named in one error


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
    hands, bad, done = threads or usable_cpus(), {}, 0
    size = min(CHUNK, max(1, len(paths) // (4 * hands)))  # so that all end at nearly the same time

    def work(start: int) -> int:
        chunk = slice(start, min(start + size, len(paths)))
        found = load_into(images[chunk], paths[chunk], fmt)
        bad.update((start + at, problem) for at, problem in found.items())
        return chunk.stop - start

    with pillow_warnings(), ThreadPoolExecutor(hands) as pool:
        for count in pool.map(work, range(0, len(paths), size)):  # which cancels what is queued when we leave early
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
