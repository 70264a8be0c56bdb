"""Cross entropy of the softmax."""

from __future__ import annotations

from dataclasses import dataclass

from fitcli.losses import LOSSES


@LOSSES.register("cross_entropy")
@dataclass(frozen=True)
class CrossEntropy:
    pass
