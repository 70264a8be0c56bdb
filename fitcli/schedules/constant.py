"""lr(t) = lr."""

from dataclasses import dataclass

from fitcli.schedules import SCHEDULES


@SCHEDULES.register("constant")
@dataclass(frozen=True)
class Constant:
    """The factor on the learning rate is 1 at every step."""

    def factor(self, step: int, steps: int) -> float:
        return 1.0
