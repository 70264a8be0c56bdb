"""Hinge loss for many classes (Crammer & Singer, 2001): the label shall lead every other class by a margin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Gt

from fitcli.losses import LOSSES
from fitcli.losses.base import Loss
from fitcli.losses.readings import BySoftmax


@LOSSES.register("hinge")
@dataclass(frozen=True)
class Hinge(BySoftmax, Loss):
    """loss = max(0, margin + the highest other output − output_label).

    A support vector machine knows no probabilities: the softmax of the outputs stands for them, in the same order.
    """

    margin: Annotated[float, Gt(0)] = 1.0

    def build(self, g, outputs, labels):
        from fitcli.ops.multiclass_hinge import MulticlassHinge

        return g.apply(MulticlassHinge(self.margin), outputs, labels)
