"""Mean absolute error against the one-hot vector of the label."""

from __future__ import annotations

from dataclasses import dataclass

from fitcli.losses import LOSSES
from fitcli.losses.base import Loss
from fitcli.losses.readings import ByShares


@LOSSES.register("mae")
@dataclass(frozen=True)
class MAE(ByShares, Loss):
    """loss = Σₖ |outputₖ − [k = label]| / classes. Outputs, clipped to 0..1 and scaled to sum 1, are read as
    probabilities."""

    def build(self, g, outputs, labels):
        from fitcli.ops.mean_absolute_error import MeanAbsoluteError

        return g.apply(MeanAbsoluteError(), outputs, labels)
