"""Linear decay; with warm-up and `hold` the trapezoid, or warm-up, stable, decay (Hu et al., MiniCPM, 2024)."""

from dataclasses import dataclass

from fitcli.schedules import SCHEDULES
from fitcli.schedules.base import Fall


@SCHEDULES.register("linear")
@dataclass(frozen=True)
class Linear(Fall):
    """factor = final + (1 − final) · (1 − x), x from 0 to 1 behind the warm-up and `hold`."""

    def shape(self, x):
        return 1 - x
