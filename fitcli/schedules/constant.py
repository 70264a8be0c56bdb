"""lr(t) = lr."""

from dataclasses import dataclass

from fitcli.schedules import SCHEDULES
from fitcli.schedules.base import Schedule


@SCHEDULES.register("constant")
@dataclass(frozen=True)
class Constant(Schedule):
    """The factor on the learning rate is 1 at every step behind the warm-up."""

    def after(self, step, steps, observed):
        return 1.0
