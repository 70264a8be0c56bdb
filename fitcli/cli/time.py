"""`fitcli time`: how long a training step takes."""

from __future__ import annotations

import click

from fitcli.cli.options import json_option, set_option, threads_option


@click.command()
@click.argument("spec")
@set_option
@click.option("--steps", type=click.IntRange(min=1), default=30, show_default=True, help="Steps to measure.")
@threads_option
@json_option
def command(spec: str, overrides: tuple[str, ...], steps: int, threads: int | None, as_json: bool) -> None:
    """Measure the training steps of a model.

    Of the model of SPEC: forward, backward and update, on data already in memory. The times are medians over
    warm steps, for the whole step and for every layer.

    \b
    fitcli time configs/fashion.yaml --steps 100
    fitcli time configs/fashion.yaml --set fit.batch=128 --json
    """
    from fitcli.cli.output import json_text, report, say
    from fitcli.spec import load_spec

    loaded = load_spec(spec, overrides=overrides)

    from fitcli.engine.timing import time_steps  # after what may be wrong: it takes its time to import

    result = time_steps(loaded, steps, threads)
    if as_json:
        say(json_text(result))
    else:
        report(result)
