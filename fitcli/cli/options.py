"""Options that several commands share."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from fitcli.spec import Spec

set_option = click.option(
    "--set", "overrides", multiple=True, metavar="KEY=VALUE",
    help="Replace a value of the spec, e.g. --set fit.optimizer.adam.lr=0.01. May be given many times.",
)  # fmt: skip
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of tables.")
weights_option = click.option(
    "--weights", type=click.Choice(["averaged", "trained", "best"]),
    help="best: of the best epoch. Where the optimizer kept an average: averaged or trained. Default: averaged.",
)  # fmt: skip
threads_option = click.option(
    "--threads", type=click.IntRange(min=1), metavar="N", help="Threads to compute with. Default: one a core.",
)  # fmt: skip

threshold_option = click.option(
    "--threshold", type=click.FloatRange(0, 1), metavar="P",
    help="Of a model for images of several classes: those of at least this probability. Default: 0.5.",
)  # fmt: skip


def picture_option(told: str) -> Callable:
    """`--plot FILE`, refused before any work where the file could not be written."""
    return click.option("--plot", metavar="FILE", type=click.Path(dir_okay=False), callback=_check_picture, help=told)


def _check_picture(ctx: click.Context, option: click.Parameter, path: str | None) -> str | None:
    if path is not None and not os.path.isdir(folder := os.path.dirname(path) or "."):
        raise click.BadParameter(f"there is no folder {folder}")
    if path is not None and not os.access(folder, os.W_OK):
        raise click.BadParameter(f"the folder {folder} may not be written to")
    return path


def check_threshold(threshold: float | None, multilabel: bool) -> float:
    """0.5 where nothing is said; SpecError where something is said of a model that names one class an image."""
    from fitcli.errors import Problem, SpecError

    if threshold is not None and not multilabel:
        what = "is for models of several classes an image; this one names the most probable class"
        raise SpecError(Problem(what, path="--threshold", value=threshold, hint="leave out --threshold"))
    return 0.5 if threshold is None else threshold


def check_images(spec: Spec, data: str | None, *words: str, option: str = "--data ") -> None:
    """DataError where nothing lies at the data.path of the spec; it says to type `fitcli WORDS --data FOLDER` (or
    another `option`). What `--data` itself gives is left to who reads it."""
    import shlex

    from fitcli.data.files import check_place
    from fitcli.errors import DataError, Problem

    path = spec.data.path
    if data is not None or os.path.lexists(path):
        return
    try:
        check_place(path)
    except DataError as error:
        near = error.problems[0].hint  # a folder beside it with almost this name
        typed = f"fitcli {shlex.join(words)} {option}{shlex.quote(near) if near else 'FOLDER'}"
        what = "" if near else ", with the FOLDER of your images (one sub-folder a class)"
        message = f"{error.problems[0].message}: {path}"
        raise DataError(Problem(message, spec.where("data.path"), "data.path", path, hint=typed + what)) from None
