"""Focal loss (Lin et al., Focal loss for dense object detection, 2017): what is right already hardly counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge

from fitcli.losses import LOSSES
from fitcli.losses.base import Loss
from fitcli.losses.readings import BySoftmax
from fitcli.losses.weights import Weighted, Weights


@LOSSES.register("focal")
@dataclass(frozen=True)
class Focal(Weighted, BySoftmax, Loss):
    """loss = −w_label (1 − p_label)^gamma log p_label with p = softmax(outputs); gamma 0 is cross entropy.

    Of data that name any number of classes an image (multi-label), each class is a question of its own:
    loss = −Σₖ wₖ qₖ^gamma log(1 − qₖ) / classes, qₖ the probability of the wrong answer: 1 − pₖ where the image is of class
    k and pₖ where it is not, pₖ = 1 / (1 + exp(−outputₖ)); gamma 0 is binary_cross_entropy.
    """

    gamma: Annotated[float, Ge(0)] = 2.0
    weights: Weights = None  # one a class in the order of the classes; balanced: images / (classes · images of it)

    multilabel = True

    def build(self, g, outputs, labels):
        from fitcli.ops.focal_cross_entropy import FocalCrossEntropy
        from fitcli.ops.multilabel_focal import MultilabelFocal

        op = MultilabelFocal if labels.shape else FocalCrossEntropy
        return g.apply(op(self.class_weights(outputs.shape[-1]), self.gamma), outputs, labels)
