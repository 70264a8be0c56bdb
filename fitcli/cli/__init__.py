"""The shell: one command per file of this folder (or per folder in it), found by its name, imported when it is called.

The only floor that prints and sets exit codes. A file `name.py` here with an attribute `command` is the command
`fitcli name`. Files import what is heavy inside their functions, so that `fitcli --help` waits for nothing.
"""

from __future__ import annotations

import os
import sys
from typing import NoReturn

import click

from fitcli import __version__
from fitcli.cli.commands import commands_of, missing
from fitcli.errors import FitcliError, ModelFileError

INTERRUPTED, PIPE_CLOSED = 130, 141


@click.group(
    cls=commands_of(__name__), context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(__version__, prog_name="fitcli", message="%(prog)s %(version)s")
def cli() -> None:
    """A folder of images and a page of YAML in, a fitted classifier out, every derivative verified.

    \b
    fitcli train configs/fashion.yaml       fit a classifier; makes runs/fashion-1
    fitcli predict runs/fashion-1 photos/   what is on these images?
    fitcli COMMAND --help                   more about a command, with an example
    """


def run() -> NoReturn:
    """The console script."""
    sys.exit(main())


def main(args: list[str] | None = None) -> int:
    """Run one command line; the exit code. Errors are told on stderr, never raised."""
    from fitcli.cli.output import plain, plain_lines, problem_text, tell

    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a letter that the terminal lacks must not stop a result
            stream.reconfigure(errors="backslashreplace")
    try:
        _invoke(sys.argv[1:] if args is None else args)
        sys.stdout.flush()
        return 0
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except FitcliError as error:
        _show_traceback()
        for problem in error.problems:
            tell(f"error: {problem_text(problem)}")
        return error.exit_code
    except click.MissingParameter as error:
        tell(f"error: {problem_text(missing(error, sys.argv[1:] if args is None else args))}")
        return error.exit_code
    except click.UsageError as error:
        if isinstance(error, getattr(click.exceptions, "NoArgsIsHelpError", ())):
            error.show()
        else:
            if error.ctx is not None:
                tell(error.ctx.get_usage())
            tell(f"error: {plain(error.format_message())}")
            tell(f"  try: {error.ctx.command_path if error.ctx is not None else 'fitcli'} --help")
        return error.exit_code
    except click.ClickException as error:
        tell(f"error: {plain(error.format_message())}")
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except BrokenPipeError:
        _close_pipe()
        return PIPE_CLOSED
    except MemoryError:
        _show_traceback()
        tell("error: not enough memory\n  try: smaller images (data.image.size) or a smaller batch (fit.batch)")
        return 1
    except OSError as error:
        _show_traceback()
        tell(f"error: {plain_lines(_refusal(error))}")
        return ModelFileError.exit_code
    except Exception as error:
        if not _show_traceback():
            what = plain_lines(f"{type(error).__name__}: {error}")
            tell(f"error: this is a bug in fitcli: {what}\n  try: the same command with FITCLI_TRACEBACK=1 before it,")
            tell("       and send what it prints to the makers of fitcli")
        return 1


def _invoke(args: list[str]) -> None:
    if "_FITCLI_COMPLETE" in os.environ:  # the shell asks what could come next
        cli.main(args, prog_name="fitcli")
    with cli.make_context("fitcli", list(args)) as ctx:  # not cli.main: it exits by itself when a pipe breaks
        cli.invoke(ctx)


def _refusal(error: OSError) -> str:
    """What the system does not allow or cannot do, where nobody nearer to it has told it better: no bug of ours."""
    name = error.filename if error.filename is not None else "the system"
    return f"{os.fsdecode(name) if isinstance(name, bytes) else name}: {error.strerror or error}"


def _show_traceback() -> bool:
    wanted = os.environ.get("FITCLI_TRACEBACK", "") not in ("", "0")
    if wanted:
        import traceback

        traceback.print_exc()
    return wanted


def _close_pipe() -> None:
    # the reader (`| head`) is gone: the interpreter must not try to flush to it at its end
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError):
        sys.stdout = open(os.devnull, "w")
