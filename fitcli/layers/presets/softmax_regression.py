"""Softmax regression, or multinomial logistic regression (Cox, 1966): one linear map, the least model there is."""

from __future__ import annotations

from dataclasses import dataclass

from fitcli.layers.flatten import Flatten
from fitcli.layers.presets import PRESETS
from fitcli.layers.presets.base import Preset, classifier


@PRESETS.register("softmax_regression")
@dataclass(frozen=True)
class SoftmaxRegression(Preset):
    """outputs = x W + b of all pixels x. Convex: with `cross_entropy` its one minimum is found from any start."""

    def layers(self):
        return [Flatten(), *classifier()]
