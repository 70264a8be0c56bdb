"""A first look at images before anybody decides what to do with them: classes, balance, sizes and colours."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from io import BytesIO

import numpy as np

from fitcli.data.classes import training_classes
from fitcli.data.decode import FORMATS, pillow_warnings
from fitcli.data.files import check_regular
from fitcli.data.labels import class_counts
from fitcli.data.load import open_source
from fitcli.data.settings import DataSettings
from fitcli.data.sources.base import Part
from fitcli.errors import DataError, Problem

SAMPLE = 400  # files looked into


@dataclass(frozen=True)
class Survey:
    """`counts` images of each of `classes` to train on; `splits` that the source has of its own."""

    classes: tuple[str, ...]
    counts: tuple[int, ...]
    splits: tuple[str, ...]
    size: tuple[int, int]  # median height and width
    smallest: tuple[int, int]
    largest: tuple[int, int]
    grey: bool  # no colour in any image that was looked into
    modes: tuple[str, ...]  # as Pillow names them, the most frequent first
    fixed: bool  # the source itself says the size
    warnings: tuple[str, ...] = ()
    several: int | None = None  # images, where each may be of several classes or of none

    @property
    def multilabel(self) -> bool:
        return self.several is not None

    @property
    def images(self) -> int:
        return sum(self.counts) if self.several is None else self.several

    @property
    def imbalance(self) -> float:
        """The largest class over the smallest."""
        return max(self.counts) / min(self.counts)


def survey(path: str) -> Survey:
    """Look at the training images in a folder, the headers of at most 400 of them; DataError when there are none."""
    contents = open_source(DataSettings(path))
    part = contents.parts.get("train")
    if part is None:
        raise DataError(Problem(f"no training images, only {' and '.join(contents.parts)}", where=path))
    classes = training_classes(part)
    counts = tuple(class_counts(part.labels, len(classes)).tolist())
    headers = _headers(part)
    if headers:
        sizes, modes = np.array([h[:2] for h in headers]), Counter(h[2] for h in headers)
    else:
        sizes, modes = np.array([contents.size]), Counter({"L" if contents.channels == 1 else "RGB": 1})
    return Survey(
        classes, counts, tuple(contents.parts), tuple(np.median(sizes, axis=0).astype(int).tolist()),
        tuple(sizes.min(0).tolist()), tuple(sizes.max(0).tolist()), all(mode in ("1", "L", "I;16") for mode in modes),
        tuple(mode for mode, _ in modes.most_common()), contents.fixed, contents.warnings,
        len(part.labels) if part.multilabel else None,
    )  # fmt: skip


def _headers(part: Part) -> list[tuple[int, int, str]]:
    """(height, width, mode) of files spread evenly over the part; of none where images have no files of their own."""
    chosen = np.unique(np.linspace(0, len(part.labels) - 1, SAMPLE).astype(int))
    with pillow_warnings():
        found = [_header(sample) for sample in part.samples(chosen)]
    return [header for header in found if header is not None]


def _header(sample: str | bytes) -> tuple[int, int, str] | None:
    """Without decoding the pixels; None for a file that is no image."""
    from PIL import Image

    try:
        if isinstance(sample, str):
            check_regular(sample)
        with Image.open(sample if isinstance(sample, str) else BytesIO(sample), formats=[name for name in FORMATS if name in Image.OPEN]) as image:
            return image.height, image.width, image.mode
    except Exception:  # as many classes as in decode; reading the images will tell
        return None
