"""The spec: everything a fit depends on, frozen. Fields are the YAML's keys, their limits stand beside them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Annotated, Any, Literal

from annotated_types import Ge, Gt, Lt, MinLen

from fitcli.data.settings import DataSettings
from fitcli.errors import SpecError
from fitcli.gradients.base import Treatment
from fitcli.layers.base import Layer
from fitcli.layers.presets import PRESETS
from fitcli.losses import LOSSES
from fitcli.optim import OPTIMIZERS
from fitcli.schedules import SCHEDULES
from fitcli.spec.made import Made


@dataclass(frozen=True)
class RollbackSettings:
    """What becomes of a fit that goes back when it diverges."""

    factor: Annotated[float, Gt(0), Lt(1)] = 0.5  # on the rate, each time
    times: Annotated[int, Gt(0)] = 3  # before it stops all the same


@dataclass(frozen=True)
class StoppingSettings:
    """When a fit ends early, with the weights of its best epoch."""

    patience: Annotated[int, Gt(0)] = 5  # epochs without getting better
    metric: Literal["val_loss", "val_accuracy", "val_f1", "val_map"] = "val_loss"  # f1, map: where images are multi-label
    min_delta: Annotated[float, Ge(0)] = 0.0  # less than that is not better


@dataclass(frozen=True)
class FitSettings:
    """How the loss is descended."""

    epochs: Annotated[int, Gt(0)] = 10
    batch: Annotated[int, Gt(0)] = 32
    accumulate: Annotated[int, Gt(0)] = 1  # parts that a batch is taken in, one after the other
    optimizer: Annotated[Any, OPTIMIZERS] = field(default_factory=lambda: OPTIMIZERS["adam"]())
    schedule: Annotated[Any, SCHEDULES] = field(default_factory=lambda: SCHEDULES["constant"]())
    gradient: list[Treatment] = field(default_factory=list)  # what is done to it, in this order
    shuffle: bool = True
    sampler: Literal["uniform", "balanced"] = "uniform"  # balanced: as many images of every class in an epoch
    keep: Annotated[int, Ge(1)] = 2  # checkpoints
    keep_best: Literal["val_accuracy", "val_loss", "val_f1", "val_map", "none"] = "val_accuracy"  # beside the last epoch
    drop_last: bool = False  # the images behind the last full batch
    on_divergence: Literal["stop", "rollback"] = "stop"  # rollback: to the last good epoch's end
    rollback: RollbackSettings = field(default_factory=RollbackSettings)
    early_stopping: StoppingSettings | None = None
    tensorboard: bool = False  # event files in the run directory, by tensorboardX
    calibrate: bool = False  # temperature scaling on the validation images, at the end

    def __post_init__(self) -> None:
        if self.gradient and self.optimizer.full_batch and self.optimizer.drives:
            name = self.optimizer.name
            raise ValueError(f"{name} searches along lines of the loss itself: its gradient cannot be treated")
        if self.accumulate > self.batch and not self.optimizer.full_batch:
            raise ValueError(f"a batch of {self.batch} cannot be taken in {self.accumulate} parts")


@dataclass(frozen=True, kw_only=True)
class Spec:
    """Equal specs mean equal fits: the file and its lines do not count."""

    seed: Annotated[int, Ge(0)] = 0
    data: DataSettings
    model: Annotated[list[Layer], MinLen(1), Made("preset", PRESETS)]
    loss: Annotated[Any, LOSSES] = field(default_factory=lambda: LOSSES["cross_entropy"]())
    fit: FitSettings = field(default_factory=FitSettings)
    file: str = field(default="<spec>", compare=False)
    places: dict[str, str] = field(default_factory=dict, compare=False, repr=False)

    def where(self, path: str) -> str:
        """The "file:line" of a path such as "model[3].residual.layers[1]", or of the nearest part that was written."""
        while path and path not in self.places:
            path = path[: max(path.rfind("."), path.rfind("["), 0)]
        return self.places.get(path, self.file)

    @contextmanager
    def placing(self) -> Iterator[None]:
        """What is found to be wrong with a value of the spec only here gets the line that it was written in."""
        try:
            yield
        except SpecError as error:
            told = (replace(p, where=p.where or (self.where(p.path) if p.path else "")) for p in error.problems)
            raise SpecError(*told) from None
