"""Multilayer perceptron (Rumelhart, Hinton & Williams, 1986)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated

from annotated_types import Ge, Lt, MinLen

from fitcli.layers.base import Positive
from fitcli.layers.dense import Dense
from fitcli.layers.dropout import Dropout
from fitcli.layers.flatten import Flatten
from fitcli.layers.presets import PRESETS
from fitcli.layers.presets.base import Preset, classifier
from fitcli.layers.relu import ReLU


@PRESETS.register("mlp")
@dataclass(frozen=True)
class MLP(Preset):
    """All pixels as one vector, hidden layers of ReLUs, one number a class."""

    hidden: Annotated[list[Positive], MinLen(1)] = field(default_factory=lambda: [256, 128])
    dropout: Annotated[float, Ge(0), Lt(1)] = 0.0  # behind each hidden layer

    def layers(self):
        found = [Flatten()]
        for units in self.hidden:
            found += [Dense(units), ReLU(), *([Dropout(self.dropout)] if self.dropout else [])]
        return [*found, *classifier()]
