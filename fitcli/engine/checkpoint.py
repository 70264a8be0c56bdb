"""Checkpoints: the full state of a fit, from which it goes on bit for bit.

`checkpoints/step-00000123.safetensors` holds arrays of any dtype and a JSON state. An old one is deleted only after
the new one has been read back whole; a damaged newest one is passed over, with a warning, for the one before it.
`checkpoints/best.safetensors` is the one of the best epoch, and the last resort.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from fitcli.engine.atomic import file_error, link_atomic, sweep
from fitcli.engine.jsontext import dumps
from fitcli.engine.rundir import CHECKPOINTS_NAME
from fitcli.engine.tensorfile import read_tensors, write_tensors
from fitcli.errors import ModelFileError

_NAME = re.compile(r"step-(\d{8,12})\.safetensors")
_BEST = "best.safetensors"


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """The state after `step` steps. Tuples in `state` come back as lists; floats come back exactly."""

    step: int
    arrays: dict[str, np.ndarray]
    state: dict
    path: Path


def save_checkpoint(run: str | os.PathLike, step: int, arrays: dict, state: dict, keep: int = 2) -> Path:
    """Write the checkpoint of `step`, verified, then delete all but the last `keep` up to it.

    Those of later steps go too: a fit that has come to `step` has gone on from before them, since they were damaged.
    """
    folder = Path(run, CHECKPOINTS_NAME)
    path = folder / f"step-{step:08d}.safetensors"
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise file_error(error, folder) from error
    write_tensors(path, "checkpoint", arrays, {"step": str(step), "state": dumps(state, exact=True)})
    sweep(folder)
    with contextlib.suppress(ModelFileError):  # an old file too many is no reason to stop a fit
        steps = list_checkpoints(run)
        kept = [(number, old) for number, old in steps if number <= step][-max(keep, 1):]
        for old in steps:
            if old not in kept:
                with contextlib.suppress(OSError):
                    old[1].unlink()
    return path


def keep_best(path: Path) -> None:
    """Let the checkpoint at `path` stay as that of the best epoch, in the place of the one before."""
    link_atomic(path, path.parent / _BEST)


def list_checkpoints(run: str | os.PathLike) -> list[tuple[int, Path]]:
    """(step, path) of every checkpoint of the run, oldest first. Their contents are not looked at.

    Raises ModelFileError when they cannot be listed: to take that for "none" would begin the run again.
    """
    folder = Path(run, CHECKPOINTS_NAME)
    try:
        named = [(_NAME.fullmatch(entry.name), entry) for entry in folder.iterdir()]
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        raise ModelFileError(f"cannot list {folder}: {error.strerror or error}") from error
    return sorted((int(match[1]), entry) for match, entry in named if match)


def load_checkpoint(path: str | os.PathLike) -> Checkpoint:
    """Read one checkpoint. Raises ModelFileError when it is not whole."""
    arrays, texts = read_tensors(path, "checkpoint")
    try:
        step, state = int(texts["step"]), json.loads(texts["state"])
        if step < 0 or not isinstance(state, dict):
            raise ValueError("it has no state, or no step that it is of")
        return Checkpoint(step, arrays, state, Path(path))
    except (KeyError, ValueError, RecursionError) as error:
        raise ModelFileError(f"{path} is not a whole checkpoint: {error}") from error


def load_latest(run: str | os.PathLike) -> tuple[Checkpoint | None, tuple[str, ...]]:
    """The newest whole checkpoint of the run (None when it has none yet), and a warning for each one passed over.

    Raises ModelFileError when there are checkpoints and none is whole: to begin again would lose the run silently.
    """
    problems = []
    best = Path(run, CHECKPOINTS_NAME, _BEST)
    for path in [path for _, path in reversed(list_checkpoints(run))] + [best] * os.path.lexists(best):
        try:
            return load_checkpoint(path), tuple(f"{error}; using the one before it" for error in problems)
        except ModelFileError as error:
            problems.append(error.problems[0].message)
    if problems:
        raise ModelFileError(*problems)
    return None, ()
