"""What nobody nearer to it has told better: too little memory, what the system refuses, and bugs of ours."""

from __future__ import annotations

import errno
import os
from collections.abc import Sequence

import click

from fitcli.errors import ModelFileError, Problem

_FAILED = 1
_MODELS = "--threads 1, or end other programs"
_SPECS = "smaller images, as in --set data.image.size=64, or a smaller batch, as in --set fit.batch=8"


def unexpected(error: Exception, command: click.Command | None) -> tuple[Problem, int]:
    """What to tell of an error that is none of fitcli's own, and the exit code. `command` is the one that was at work."""
    if (what := _lacking(error)) is not None:
        return Problem(what, hint=_less(command)), _FAILED
    if isinstance(error, OSError):
        return _refusal(error), ModelFileError.exit_code
    hint = "send all of this to the makers of fitcli"
    if not _is_traced():
        hint = "the same command with FITCLI_TRACEBACK=1 before it, and send what it prints to the makers of fitcli"
    return Problem(f"this is a bug in fitcli: {type(error).__name__}: {error}", hint=hint), _FAILED


def show_traceback() -> None:
    """Where it happened, for those who ask by FITCLI_TRACEBACK=1."""
    if _is_traced():
        import traceback

        traceback.print_exc()


def _is_traced() -> bool:
    return os.environ.get("FITCLI_TRACEBACK", "") not in ("", "0")


def command_of(group: click.Group, words: Sequence[str]) -> click.Command | None:
    """The command that a command line begins with; None where there is none of that name."""
    command = None
    for word in words:
        if not isinstance(group, click.Group) or word.startswith("-"):
            break
        command = group = group.get_command(click.Context(group), word)
    return command


def _lacking(error: Exception) -> str | None:
    """What there is too little of, where that is the matter."""
    if isinstance(error, MemoryError):
        return f"not enough memory: {error}" if str(error) else "not enough memory"
    if isinstance(error, OSError) and error.errno == errno.ENOMEM:
        return "not enough memory"
    if isinstance(error, RuntimeError) and str(error) == "can't start new thread":
        return "no thread can be started: there is too little memory, or a limit on processes"
    return None


def _less(command: click.Command | None) -> str:
    names = {parameter.name for parameter in command.params} if command else set()
    return _SPECS if "overrides" in names else _MODELS if "threads" in names else "end other programs"


def _refusal(error: OSError) -> Problem:
    """What the system does not allow or cannot do: no bug of ours."""
    name = error.filename if error.filename is not None else "the system"
    return Problem(f"{os.fsdecode(name) if isinstance(name, bytes) else name}: {error.strerror or error}")
