"""Cross entropy of the softmax: how surprised the model is by the right class."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge, Lt

from fitcli.losses import LOSSES
from fitcli.losses.base import Loss
from fitcli.losses.readings import BySoftmax
from fitcli.losses.weights import Weighted, Weights


@LOSSES.register("cross_entropy")
@dataclass(frozen=True)
class CrossEntropy(Weighted, BySoftmax, Loss):
    """loss = −log p_label with p = softmax(outputs), computed as log Σ exp − x_label. Guessing gives ln(classes).

    With smoothing ε (Szegedy et al., Rethinking the Inception architecture, 2016) and class weights w:
    loss = −(1 − ε) w_label log p_label − ε / classes · Σₖ wₖ log pₖ. The mean over a batch is over its images.
    """

    smoothing: Annotated[float, Ge(0), Lt(1)] = 0.0
    weights: Weights = None  # one a class in the order of the classes; balanced: images / (classes · images of it)

    def build(self, g, outputs, labels):
        from fitcli.ops.softmax_cross_entropy import SoftmaxCrossEntropy
        from fitcli.ops.target_cross_entropy import TargetCrossEntropy

        classes = outputs.shape[-1] if outputs.shape else 0
        w = self.class_weights(classes)
        if not self.smoothing and set(w) <= {1.0}:
            return g.apply(SoftmaxCrossEntropy(), outputs, labels)
        spread = [self.smoothing / classes * weight for weight in w]
        rows = [[*spread[:k], (1 - self.smoothing) * w[k] + spread[k], *spread[k + 1 :]] for k in range(classes)]
        return g.apply(TargetCrossEntropy(tuple(map(tuple, rows))), outputs, labels)
