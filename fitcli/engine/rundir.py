"""The run directory: spec.yaml, logs, model.safetensors, checkpoints/, curves.png, and nothing overwritten."""

from __future__ import annotations

import contextlib
import os
import re
from pathlib import Path

from fitcli.engine.atomic import file_error
from fitcli.errors import ModelFileError, Problem

SPEC_NAME, LOG_NAME, MODEL_NAME, CURVES_NAME = "spec.yaml", "log.jsonl", "model.safetensors", "curves.png"
STEPS_NAME, EPOCHS_NAME = "steps.csv", "epochs.csv"
BEST_NAME = "model-best.safetensors"
CHECKPOINTS_NAME, LOCK_NAME = "checkpoints", ".lock"


def create_run(name: str, out: str | os.PathLike | None = None, base: str | os.PathLike = "runs") -> Path:
    """Make a new, empty run directory: `out` when given, else `base/name-1`, `-2`, ... above the highest there is.

    Two processes never get the same one: making a directory succeeds for one of them only.
    """
    try:
        if out is not None:
            check_out(out)
            Path(out).mkdir(parents=True, exist_ok=True)
            return Path(out)
        stem = re.sub(r"[^\w.-]+", "-", name).strip(".-") or "run"
        Path(base).mkdir(parents=True, exist_ok=True)
        taken = [re.fullmatch(re.escape(stem) + r"-(\d{1,9})", entry) for entry in os.listdir(base)]
        number = max((int(match[1]) for match in taken if match), default=0)
        while True:
            number += 1
            run = Path(base) / f"{stem}-{number}"
            try:
                run.mkdir()
                return run
            except FileExistsError:
                continue
    except OSError as error:
        raise file_error(error, Path(out or base) / "") from error


def make_directory(run: Path) -> None:
    """Make `run`, where it is not there. Raises ModelFileError where it cannot be."""
    try:
        run.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise file_error(error, run) from error


def discard_empty(run: Path) -> None:
    """Remove a run directory in which nothing has been written. Never raises."""
    with contextlib.suppress(OSError):
        if [entry.name for entry in run.iterdir()] in ([], [LOCK_NAME]):
            (run / LOCK_NAME).unlink(missing_ok=True)
            run.rmdir()


def check_out(out: str | os.PathLike) -> None:
    """Raise ModelFileError unless a new run may be put in `out`: not there, or an empty directory."""
    path = Path(out)
    if not os.path.lexists(path):
        return
    if not path.is_dir():
        raise ModelFileError(Problem(f"--out {path}: it is a file", hint="the name of a new directory"))
    if any(path.iterdir()):
        if is_run(path):
            what, hint = "it holds a run already", f"`fitcli train --resume {path}` to go on with it, or another --out"
        else:
            what, hint = "it is not empty", "another --out, or none: runs are numbered by themselves"
        raise ModelFileError(Problem(f"--out {path}: {what}; nothing is overwritten", hint=hint))


def is_run(path: str | os.PathLike) -> bool:
    return Path(path, SPEC_NAME).is_file()


def find_run(path: str | os.PathLike) -> Path:
    """The run directory `path`, to go on with. Raises ModelFileError when it is none."""
    run_file(path, SPEC_NAME)
    return Path(path)


def run_file(run: str | os.PathLike, name: str) -> Path:
    """The file `name` of a run directory. When it is missing, ModelFileError says what is there instead."""
    run = Path(run)
    if (run / name).is_file():
        return run / name
    if not run.is_dir():
        raise ModelFileError(Problem(f"{run}: no such run directory", hint=runs_near(run)))
    if name != SPEC_NAME and is_run(run):
        hint = f"`fitcli train --resume {run}` to finish the training"
        raise ModelFileError(Problem(f"{run} holds no {name} (yet)", hint=hint))
    raise ModelFileError(Problem(f"{run} is not a run directory: it holds no {name}", hint=runs_near(run)))


def runs_near(path: str | os.PathLike) -> str:
    """A hint: the newest run directories in `path`, beside it, or in `runs`."""
    for folder in (Path(path), Path(path).parent, Path("runs")):
        try:
            runs = [entry for entry in folder.iterdir() if is_run(entry)]
            runs.sort(key=lambda run: run.stat().st_mtime, reverse=True)
        except OSError:
            continue
        if runs:
            return ", ".join(map(str, runs[:3]))
    return "`fitcli train SPEC` makes a run directory in runs/"
