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
from fitcli.cli.unexpected import command_of, show_traceback, unexpected
from fitcli.errors import FitcliError

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

    words = sys.argv[1:] if args is None else list(map(str, args))
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a letter that the terminal lacks must not stop a result
            stream.reconfigure(errors="backslashreplace")
    try:
        _invoke(words)
        sys.stdout.flush()
        return 0
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except FitcliError as error:
        show_traceback()
        for problem in error.problems:
            tell(f"error: {problem_text(problem)}")
        return error.exit_code
    except click.MissingParameter as error:
        tell(f"error: {problem_text(missing(error, words))}")
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
    except Exception as error:
        show_traceback()
        problem, code = unexpected(error, command_of(cli, words))
        tell(f"error: {plain_lines(problem)}")
        return code


def _invoke(args: list[str]) -> None:
    if "_FITCLI_COMPLETE" in os.environ:  # the shell asks what could come next
        cli.main(args, prog_name="fitcli")
    with cli.make_context("fitcli", list(args)) as ctx:  # not cli.main: it exits by itself when a pipe breaks
        cli.invoke(ctx)


def _close_pipe() -> None:
    # the reader (`| head`) is gone: the interpreter must not try to flush to it at its end
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError):
        sys.stdout = open(os.devnull, "w")
