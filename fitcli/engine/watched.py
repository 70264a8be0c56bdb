"""Whether what a schedule watches is there to be watched."""

from __future__ import annotations

from fitcli.errors import Problem, SpecError
from fitcli.spec import Spec


def check_without_validation(spec: Spec) -> None:
    """SpecError when the schedule follows a metric of validation images that the data do not have."""
    schedule = spec.fit.schedule
    if not schedule.watches.startswith("val_"):
        return
    path = f"fit.schedule.{schedule.name}.metric"
    known = schedule.watches.replace("val_", "train_")
    message = f"{schedule.name} follows {schedule.watches}, but there are no validation images"
    hint = f"data.split.val above 0, or metric: {known}"
    raise SpecError(Problem(message, spec.where(path), path, schedule.watches, hint=hint))
