"""An optimizer that does something around the steps of another one."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Annotated, Any, ClassVar

from fitcli.optim import OPTIMIZERS
from fitcli.optim.base import Optimizer
from fitcli.optim.fullbatch import FullBatch


def _of_the_other(name: str) -> property:
    return property(lambda wrapper: getattr(wrapper.optimizer, name))


@dataclass(frozen=True)
class Wrapper(Optimizer):
    """Takes over what `optimizer` asks for, and puts its `own` states in front of the other's."""

    optimizer: Annotated[Any, OPTIMIZERS] = field(default_factory=lambda: OPTIMIZERS["adam"]())

    own: ClassVar[tuple[str, ...]] = ()
    own_passes: ClassVar[int] = 1  # over a slice, after those of the other

    def __post_init__(self) -> None:
        if isinstance(self.optimizer, FullBatch):
            raise ValueError(f"{self.name} cannot go around {self.optimizer.name}, which searches along lines")
        if len(set(self.states)) < len(self.states):
            raise ValueError(f"{self.name} cannot stand inside another {self.name}")

    lr = _of_the_other("lr")
    scalars = _of_the_other("scalars")
    whole_blocks = _of_the_other("whole_blocks")
    full_batch = _of_the_other("full_batch")
    drives = _of_the_other("drives")
    rate_scales = _of_the_other("rate_scales")
    evaluation = _of_the_other("evaluation")

    @property
    def rate_key(self):
        return f"{self.name}.optimizer.{self.optimizer.rate_key}"

    @property
    def states(self):
        return (*self.own, *self.optimizer.states)

    @property
    def passes(self):
        return self.own_passes + self.optimizer.passes

    def advance(self, hyper):
        self.optimizer.advance(hyper)

    def with_decay(self, factor):
        return replace(self, optimizer=self.optimizer.with_decay(factor))

    def update(self, p, g, states, hyper, decay):
        self.optimizer.update(p, g, states[len(self.own) :], hyper, decay)

    def drive(self, point):
        self.optimizer.drive(point)
