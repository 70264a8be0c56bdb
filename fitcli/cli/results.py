"""What `fitcli train` says at its end: the results, and what to type next."""

from __future__ import annotations

import os
import shlex
from pathlib import Path

from fitcli.cli.output import plain, say, table
from fitcli.cli.progress import MORE, number, percent


def show_results(run: Path, splits, seen: dict[str, dict]) -> None:
    """`seen`: the last event of each kind."""
    values = {**seen.get("epoch", {}), **seen.get("end", {})}
    rows = []
    more = {key: head for key, head in MORE.items() if any(f"{split}_{key}" in values for split in ("val", "test"))}
    for key, name in (("train", "training"), ("val", "validation"), ("test", "test")):
        loss, accuracy = values.get(f"{key}_loss"), values.get(f"{key}_accuracy")
        if loss is not None or accuracy is not None:
            rows.append((name, number(loss), percent(accuracy), *(percent(values.get(f"{key}_{m}")) for m in more)))
    if rows:
        table(["", "loss", "accuracy", *more.values()], rows)
        say("")
    if "best_epoch" in values:
        say(f"the model is that of epoch {values['best_epoch']}, the best one")
    if "best" in values and not ("best_epoch" in values and values["best"]["epoch"] == values["epoch"]):
        say(_best_line(values["best"], values["epoch"]))
    if "temperature" in values:
        before, after = percent(values["val_ece"]), percent(values["val_ece_calibrated"])
        say(f"calibrated: temperature {number(values['temperature'])}, probabilities off by {before} before, {after} after")
    say(f"run directory: {plain(run)}")
    say("next:")
    for line in next_lines(run, splits):
        say(f"  {line}")


def _best_line(best: dict, epoch: int) -> str:
    """`epoch` is that of the model."""
    measure, value = best["metric"].removeprefix("val_"), best["value"]
    told = f"by validation {MORE.get(measure, measure)} ({number(value) if measure == 'loss' else percent(value)})"
    if best["epoch"] == epoch:
        return f"the last epoch is the best one {told}"
    return f"epoch {best['epoch']} was the best one {told}; its weights are kept as well: --weights best"


def _is_within_a_file(image: str) -> bool:
    """In an archive, or a page."""
    file, mark, _ = image.rpartition("#")
    return any(parent.is_file() for parent in Path(image).parents) or (bool(mark) and Path(file).is_file())


def next_lines(run: Path, splits) -> list[str]:
    """The commands to type next, with an image of the data where it has one that is a file."""
    quoted = shlex.quote(plain(run))
    parts = (splits.test, splits.val, splits.train)
    images = (path for part in parts if part is not None and part.paths for path in part.paths)
    image = next((path for path in images if plain(path) == str(path)), None)  # one whose name can be typed
    if image is None or _is_within_a_file(image):
        return [f"fitcli evaluate {quoted}", f"fitcli predict {quoted} IMAGE"]
    near = os.path.relpath(image)
    image = image if near.startswith("..") else near
    return [f"fitcli predict {quoted} {shlex.quote(plain(image))}"]
