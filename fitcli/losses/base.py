"""What a loss is: how far the outputs are from the labels, one number an image, and what the outputs mean."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Self

from fitcli.losses.readings import sigmoid, tempered

if TYPE_CHECKING:
    import numpy as np

    from fitcli.autodiff.graph import Builder, Node


class Loss:
    """A frozen dataclass of settings."""

    name: str
    multilabel = False  # whether an image may be of several classes: each output is the log-odds of its class by itself

    def prepare(self, counts: Sequence[int], images: int) -> Self:
        """The loss with everything decided that depends on the training images: so many, `counts` of them of each class.

        Called once before a fit. The prepared loss is the one that is saved, so that every later use agrees.
        """
        return self

    def prepared_as(self, saved: Loss) -> Self:
        """The loss with everything that `prepare` decided for `saved`: equal to it where that is all they differ in."""
        return self

    def build(self, g: Builder, outputs: Node, labels: Node) -> Node:
        """Add the node [N] of losses behind the outputs [N, classes]; labels are class numbers [N], or, where the loss
        is `multilabel`, perhaps rows [N, classes] of 0 and 1."""
        raise NotImplementedError

    def probabilities(self, outputs: np.ndarray) -> np.ndarray:
        """float64 [N, classes] → numbers in 0..1 that sum to 1 a row, for images of one class each."""
        raise NotImplementedError

    def reader(self, outputs: np.ndarray, temperature: float = 1.0, each: bool = False) -> Callable[[], None]:
        """What makes probabilities of the numbers in this very array, float64 [N, classes], where they are, at a
        temperature (see `tempered`): of rows that sum to 1, or of `each` class by itself, where an image may be of
        several: 1 / (1 + exp(−outputₖ / temperature))."""

        def read() -> None:
            outputs[...] = sigmoid(outputs / temperature) if each else tempered(self.probabilities(outputs), temperature)

        return read
