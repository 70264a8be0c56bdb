"""What a loss is: how far the outputs are from the labels, one number an image, and what the outputs mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

    from fitcli.autodiff.graph import Builder, Node


class Loss:
    """A frozen dataclass of settings."""

    name: str

    def build(self, g: Builder, outputs: Node, labels: Node) -> Node:
        """Add the node [N] of losses behind the outputs [N, classes]; labels are class numbers [N]."""
        raise NotImplementedError

    def probabilities(self, outputs: np.ndarray) -> np.ndarray:
        """float64 [N, classes] → numbers in 0..1 that sum to 1 a row."""
        raise NotImplementedError
