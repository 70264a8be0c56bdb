"""Mean squared error against one-hot targets."""

from __future__ import annotations

from dataclasses import dataclass

from fitcli.losses import LOSSES


@LOSSES.register("mse")
@dataclass(frozen=True)
class MSE:
    pass
