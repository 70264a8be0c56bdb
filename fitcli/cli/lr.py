"""`fitcli lr`: which learning rate?"""

from __future__ import annotations

import click

from fitcli.cli.options import check_images, json_option, picture_option, set_option, threads_option

_RATE = click.FloatRange(min=0, min_open=True)


@click.command()
@click.argument("spec")
@click.option("--data", metavar="PATH", help="Images to test on instead of the spec's data.path.")
@set_option
@click.option("--min", "least", metavar="RATE", type=_RATE, default=1e-6, show_default=True, help="The rate to begin with.")
@click.option("--max", "most", metavar="RATE", type=_RATE, default=10.0, show_default=True, help="The rate to end with.")
@click.option("--steps", metavar="N", type=click.IntRange(min=10), default=100, show_default=True, help="Steps of the sweep.")
@picture_option("Draw a PNG: the loss against the rate.")
@threads_option
@json_option
def command(spec: str, data: str | None, overrides: tuple[str, ...], least: float, most: float, steps: int,
            plot: str | None, threads: int | None, as_json: bool) -> None:  # fmt: skip
    """Look for a learning rate.

    A range test (Smith, 2017) of SPEC: training steps from its first weights, each at a larger rate than the one
    before, on a copy that is thrown away. It writes nothing but the picture, and training afterwards is what it
    would have been.

    \b
    steepest  where the smoothed loss falls fastest, per decade of the rate
    lowest    where it is least
    diverges  above that, where half of its fall is lost again
    The suggestion is midway between the first two (of their logarithms), but at most a tenth of the last.

    \b
    fitcli lr configs/fashion.yaml --plot lr.png
    fitcli lr configs/fashion.yaml --set fit.optimizer=sgd --min 1e-4 --max 100 --steps 200
    """
    from pathlib import Path

    from fitcli.cli.output import json_text, plain, say, tell
    from fitcli.cli.progress import counting
    from fitcli.data.load import load_splits
    from fitcli.engine.expected import expected_model
    from fitcli.spec import load_spec

    if most == float("inf"):
        raise click.UsageError("--max inf must be a finite number.")
    if not least < most:
        raise click.UsageError(f"--min {least:g} must be below --max {most:g}.")
    settings = load_spec(spec, overrides=overrides, data=data)

    from fitcli.engine.rangetest import check_sweep, draw_sweep, range_test  # after what may be wrong: it takes its time

    check_sweep(settings)
    check_images(settings, data, "lr", spec)
    expected_model(settings)  # shapes that clash are told before any image is read
    with counting("reading images", as_json) as progress, settings.placing():
        splits = load_splits(settings.data, settings.seed, progress)
    for warning in splits.warnings:
        tell(f"warning: {plain(warning)}")
    with counting("sweeping the rate", as_json) as progress:
        result = range_test(settings, splits.train, least, most, steps, threads, progress, tell)
    if plot:
        draw_sweep(result, plot, title=Path(spec).name)
        tell(f"picture: {plain(plot)}")
    if as_json:
        say(json_text(result))
    else:
        _show(result, spec)


def _show(result: dict, spec: str) -> None:
    import shlex
    from math import floor, log10

    from fitcli.cli.output import plain, say, table

    rows, decade = [], None
    for rate, loss in zip(result["rates"], result["smoothed"], strict=True):
        if decade != (decade := floor(2 * log10(rate) + 1e-6)):  # two rows a decade
            rows.append((f"{rate:.1e}", f"{loss:.4f}"))
    table(["rate", "loss"], rows)
    say("")
    say(f"{result['optimizer']}, {result['steps']} steps of {result['batch']:,} images")
    for key, name in (("steepest", "falls fastest at"), ("lowest", "is lowest at"), ("diverges", "diverges at")):
        value = result[key]
        say(f"the loss {name:<16}  " + ("-" if value is None else f"{value:.2g}"))
    if result["stopped"]:
        say(f"the sweep ended early: {result['stopped']}")
    if result["suggestion"] is None:
        say("no suggestion: the loss never fell by more than noise; try another --min, --max, or more --steps")
        return
    midway = result["diverges"] is None or result["suggestion"] < 0.1 * result["diverges"]
    why = "midway between the fastest fall and the lowest loss" if midway else "a tenth of where it diverges"
    if result["lowest"] == result["rates"][-1]:
        say("the loss was still falling at the end: a larger --max shows more")
    say(f"suggestion: {result['suggestion']:.2g}, {why}")
    say("next:")
    say(f"  fitcli train {shlex.quote(plain(spec))} --set {result['key']}={result['suggestion']:.2g}")
