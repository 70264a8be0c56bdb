"""Cross entropy of the softmax: how surprised the model is by the right class."""

from __future__ import annotations

from dataclasses import dataclass

from fitcli.losses import LOSSES
from fitcli.losses.base import Loss


@LOSSES.register("cross_entropy")
@dataclass(frozen=True)
class CrossEntropy(Loss):
    """loss = −log p_label with p = softmax(outputs), computed as log Σ exp − x_label. Guessing gives ln(classes)."""

    def build(self, g, outputs, labels):
        from fitcli.ops.softmax_cross_entropy import SoftmaxCrossEntropy

        return g.apply(SoftmaxCrossEntropy(), outputs, labels)

    def probabilities(self, outputs):
        import numpy as np

        e = np.exp(outputs - outputs.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)
