"""Huber loss (Huber, Robust estimation of a location parameter, 1964) against the one-hot vector of the label."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Gt

from fitcli.losses import LOSSES
from fitcli.losses.base import Loss
from fitcli.losses.readings import ByShares


@LOSSES.register("huber")
@dataclass(frozen=True)
class Huber(ByShares, Loss):
    """With e = output − [k = label]: loss = Σₖ h(eₖ) / classes, h(e) = e² / 2 where |e| ≤ delta, else
    delta · (|e| − delta / 2). Outputs, clipped to 0..1 and scaled to sum 1, are read as probabilities."""

    delta: Annotated[float, Gt(0)] = 1.0

    def build(self, g, outputs, labels):
        from fitcli.ops.huber_error import HuberError

        return g.apply(HuberError(self.delta), outputs, labels)
