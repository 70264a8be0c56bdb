"""What a workload is: a spec as a user would write it, and the PyTorch module that computes the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

PREDICT_BATCH = 64
MEAN, STD = 0.5, 0.25  # of a pixel between 0 and 1

HEAD = """\
data: {path: none, image: {size: [%d, %d], channels: %d}}
fit: {batch: %d, optimizer: {adam: {lr: 1e-3}}}
loss: cross_entropy
model:
"""


@dataclass(frozen=True)
class Workload:
    """`model` is the YAML list of layers, `torch_module` builds its mirror, `hidden` are an MLP's inner layers."""

    name: str
    title: str
    image: tuple[int, int, int]  # height, width, channels
    batch: int
    model: str
    torch_module: Callable
    steps: int  # a round, unless told otherwise
    classes: int = 10
    hidden: tuple[int, ...] = ()
    needs: tuple[str, ...] = ()  # layers that fitcli may not have yet

    @property
    def spec(self) -> str:
        return HEAD % (*self.image, self.batch) + self.model

    @property
    def class_names(self) -> tuple[str, ...]:
        return tuple(map(str, range(self.classes)))

    def missing(self) -> str:
        """Why the workload cannot run in fitcli yet, or ""."""
        from fitcli.layers import LAYERS

        absent = [name for name in self.needs if name not in LAYERS]
        return f"not available: layer {', '.join(absent)}" if absent else ""

    def data(self, batch: int) -> tuple[np.ndarray, np.ndarray]:
        """uint8 images [batch, height, width, channels] and int64 labels [batch]: the same for every side."""
        import numpy as np

        rng = np.random.default_rng(0)
        return rng.integers(0, 256, (batch, *self.image), np.uint8), rng.integers(0, self.classes, batch)

    def floats(self, batch: int) -> tuple[np.ndarray, np.ndarray]:
        """The same images as float32, normalised."""
        import numpy as np

        images, labels = self.data(batch)
        images = images.astype(np.float32)
        images /= 255 * STD
        images -= MEAN / STD
        return images, labels
