"""Mean squared error against the one-hot vector of the label."""

from __future__ import annotations

from dataclasses import dataclass

from fitcli.losses import LOSSES
from fitcli.losses.base import Loss
from fitcli.losses.readings import ByShares


@LOSSES.register("mse")
@dataclass(frozen=True)
class MSE(ByShares, Loss):
    """loss = Σₖ (outputₖ − [k = label])² / classes (Brier, 1950). Outputs, clipped to 0..1 and scaled to sum 1, are
    read as probabilities."""

    def build(self, g, outputs, labels):
        from fitcli.ops.mean_squared_error import MeanSquaredError

        return g.apply(MeanSquaredError(), outputs, labels)
