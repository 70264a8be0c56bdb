"""Binary cross entropy: for each class by itself, is it there?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Literal

from annotated_types import Gt, MinLen

from fitcli.errors import Problem, ShapeError
from fitcli.losses import LOSSES
from fitcli.losses.base import Loss

Weight = Annotated[float, Gt(0)]
Positive = Weight | Annotated[list[Weight], MinLen(1)] | Literal["balanced"]


@LOSSES.register("binary_cross_entropy")
@dataclass(frozen=True)
class BinaryCrossEntropy(Loss):
    """loss = −Σₖ (positiveₖ tₖ log pₖ + (1 − tₖ) log(1 − pₖ)) / classes, pₖ = 1 / (1 + exp(−outputₖ)), tₖ 1 where class k
    is right and 0 where it is not: one yes or no a class, as PyTorch's BCEWithLogitsLoss(pos_weight=positive) has it.

    Of data that name any number of classes an image (multi-label), each pₖ is the probability of its class by itself.
    Of data that name one, t is the one-hot row of that, and the pₖ are scaled to sum 1 to be read as probabilities.
    """

    positive: Positive = 1.0  # weight of yes, for all classes or one a class; balanced: images without it / images of it

    multilabel = True

    def prepare(self, counts: Sequence[int], images: int):
        """balanced: wₖ = (images − countₖ) / countₖ, at least one of each, so that yes and no weigh alike."""
        if self.positive != "balanced":
            return self
        return replace(self, positive=[max(1, images - count) / max(1, count) for count in counts])

    def prepared_as(self, saved):
        """balanced: the weights that the training images of `saved` gave."""
        if self.positive == "balanced" and type(saved) is type(self):
            return replace(self, positive=saved.positive)
        return self

    def class_weights(self, classes: int) -> tuple[float, ...]:
        """The weight of yes for each class; 1 where nothing is known of the training images yet."""
        if not isinstance(self.positive, list):
            return (1.0 if self.positive == "balanced" else float(self.positive),) * classes
        if len(self.positive) != classes:
            raise ShapeError(
                Problem(f"{len(self.positive)} weights for {classes} classes", path=f"loss.{self.name}.positive",
                        value=self.positive, allowed=f"a number, a list of {classes} numbers, or balanced")  # fmt: skip
            )
        return tuple(map(float, self.positive))

    def build(self, g, outputs, labels):
        from fitcli.ops.multilabel_cross_entropy import MultilabelCrossEntropy
        from fitcli.ops.sigmoid_cross_entropy import SigmoidCrossEntropy

        op = MultilabelCrossEntropy if labels.shape else SigmoidCrossEntropy
        return g.apply(op(self.class_weights(outputs.shape[-1] if outputs.shape else 0)), outputs, labels)

    def probabilities(self, outputs):
        import numpy as np

        # log σ(x), so that rows of hopeless classes can still be scaled
        log_p = -np.logaddexp(0, -outputs)
        p = np.exp(log_p - log_p.max(axis=1, keepdims=True))
        return p / p.sum(axis=1, keepdims=True)
