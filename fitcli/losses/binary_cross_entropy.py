"""Binary cross entropy: for each class by itself, is it this one?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Gt

from fitcli.losses import LOSSES
from fitcli.losses.base import Loss


@LOSSES.register("binary_cross_entropy")
@dataclass(frozen=True)
class BinaryCrossEntropy(Loss):
    """loss = −(positive · log p_label + Σ over k ≠ label of log(1 − pₖ)) / classes, pₖ = 1 / (1 + exp(−outputₖ)).

    What PyTorch's BCEWithLogitsLoss(pos_weight=positive) gives for the one-hot row of the label: one yes or no a class.
    The data name one class an image, so that row is exactly the targets; the classes do not compete all the same, and
    a model may say of an image that it shows several or none. Read as probabilities, the pₖ are scaled to sum 1.
    """

    positive: Annotated[float, Gt(0)] = 1.0  # weight of the one yes against the classes − 1 times no

    def build(self, g, outputs, labels):
        from fitcli.ops.sigmoid_cross_entropy import SigmoidCrossEntropy

        return g.apply(SigmoidCrossEntropy(self.positive), outputs, labels)

    def probabilities(self, outputs):
        import numpy as np

        # log σ(x), so that rows of hopeless classes can still be scaled
        log_p = -np.logaddexp(0, -outputs)
        p = np.exp(log_p - log_p.max(axis=1, keepdims=True))
        return p / p.sum(axis=1, keepdims=True)
