"""Polynomial decay (as in Chen et al., DeepLab, 2018)."""

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Gt

from fitcli.schedules import SCHEDULES
from fitcli.schedules.base import Fall


@SCHEDULES.register("polynomial")
@dataclass(frozen=True)
class Polynomial(Fall):
    """factor = final + (1 − final) · (1 − x)^power, x from 0 to 1 behind the warm-up and `hold`."""

    power: Annotated[float, Gt(0)] = 2.0

    def shape(self, x):
        return (1 - x) ** self.power
