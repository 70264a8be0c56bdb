"""What a spec's images and classes will be, before any image is read: for summaries, timings and early shape errors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fitcli.data.load import inspect_data
from fitcli.errors import DataError
from fitcli.model import Model, build_model
from fitcli.spec import Spec

_ASSUMED_SIZE, _ASSUMED_CLASSES = (128, 128), ("a", "b")


@dataclass(frozen=True)
class Expected:
    """Image shape [height, width, channels] and classes; `assumed` says why they are not those of the data."""

    image_shape: tuple[int, int, int]
    classes: tuple[str, ...]
    assumed: str = ""
    multilabel: bool = False  # whether an image may be of several classes, or of none

    def random_labels(self, rng: np.random.Generator, count: int) -> np.ndarray:
        """Labels of so many images, as a Dataset of these classes has them."""
        if self.multilabel:
            return rng.integers(0, 2, (count, len(self.classes)), np.uint8)
        return rng.integers(0, len(self.classes), count)


def expected(spec: Spec) -> Expected:
    """From the data's folder and headers, or by assumption where there are none (yet)."""
    try:
        fmt, classes, multilabel = inspect_data(spec.data)
        return Expected(fmt.shape, classes, multilabel=multilabel)
    except DataError as error:
        image = spec.data.image
        shape = (*(image.height_width() or _ASSUMED_SIZE), image.channels or 3)
        why = f"{len(_ASSUMED_CLASSES)} classes and {shape[0]}×{shape[1]}×{shape[2]} assumed: {error.problems[0].message}"
        return Expected(shape, _ASSUMED_CLASSES, why)


def expected_model(spec: Spec) -> tuple[Model, Expected]:
    """The model of a spec, not initialised; SpecError where its shapes do not fit."""
    found = expected(spec)
    return build_model(spec, found.classes, found.image_shape, multilabel=found.multilabel), found
