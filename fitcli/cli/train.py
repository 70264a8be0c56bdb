"""`fitcli train`: fit the classifier of a spec."""

from __future__ import annotations

import click

from fitcli.cli.options import check_images, set_option, threads_option


@click.command()
@click.argument("spec", required=False)
@click.option("--data", metavar="PATH", help="Train on these images instead of the spec's data.path.")
@set_option
@click.option("--out", metavar="DIR", help="The run directory to make. Default: runs/<name of the spec>-1, -2, ...")
@click.option("--resume", metavar="RUN", help="Go on with this run from its last checkpoint; its own spec is used.")
@click.option("--verify-resume", is_flag=True,
              help="Prove that a fit of SPEC goes on bit for bit: a short one straight, and one interrupted and resumed.")
@click.option("--folds", type=click.IntRange(min=2), metavar="K", help="Cross-validate: K fits, on all but a Kth each.")
@threads_option
@click.option("--quiet", "-q", is_flag=True, help="Show no progress; print the run directory only.")
@click.option("--log-prediction", is_flag=True,
              help="Log what the derivative says of each step, beside what the loss does. One more forward pass a step.")
@click.option("--debug", is_flag=True, help="Check every instruction: bounds, and NaN told by layer. Slow.")
def command(
    spec: str | None, data: str | None, overrides: tuple[str, ...], out: str | None, resume: str | None,
    verify_resume: bool, folds: int | None, threads: int | None, quiet: bool, log_prediction: bool, debug: bool,
) -> None:  # fmt: skip
    """Fit a classifier to images.

    As the YAML file SPEC says. Makes a run directory with the model, the log, the checkpoints and the curves.

    \b
    fitcli train configs/fashion.yaml
    fitcli train configs/cats_dogs.yaml --data photos/ --set fit.epochs=5
    fitcli train configs/cats_dogs.yaml --folds 5
    fitcli train --resume runs/fashion-1
    fitcli train configs/fashion.yaml --verify-resume
    """
    from functools import partial
    from pathlib import Path

    from fitcli.cli.crossvalidation import is_folded, resumed_folds, run_folds
    from fitcli.cli.output import plain, say, tell
    from fitcli.cli.resumed import resumed_spec
    from fitcli.cli.results import show_results
    from fitcli.engine.rundir import check_out, create_run
    from fitcli.errors import Problem, SpecError
    from fitcli.spec import load_spec

    if resume is None and spec is None:
        hint = "fitcli train SPEC, or fitcli train --resume RUN"
        raise SpecError(Problem("SPEC is missing: the YAML file that says what to fit", hint=hint))
    if resume is not None and out is not None:
        raise click.UsageError("--resume goes on in its own run directory: leave out --out.")
    if verify_resume and (resume is not None or folds is not None or out is not None):
        raise click.UsageError("--verify-resume fits SPEC in a folder of its own: leave out --resume, --folds and --out.")
    if resume is not None and folds is not None:
        raise click.UsageError("--resume knows the number of folds: leave out --folds.")
    if resume is not None and is_folded(resume):
        settings, folds = resumed_folds(resume, spec, overrides, data)
        run = Path(resume)
    elif resume is not None:
        settings, run = resumed_spec(resume, spec, overrides, data)
    else:
        settings, run = load_spec(spec, overrides=overrides, data=data), None
        if out is not None:
            check_out(out)

    from fitcli.cli.progress import counting
    from fitcli.data.load import load_splits
    from fitcli.engine.eventfile import check_writer
    from fitcli.engine.expected import expected_model

    check_images(settings, data, "train", *([spec] if resume is None else ["--resume", resume]))
    expected_model(settings)  # shapes that clash are told before any image is read
    check_writer(settings)

    options = {"threads": threads, "debug": debug, "log_prediction": log_prediction}
    if folds is not None:
        run = run or create_run(Path(spec).stem, out)
        run_folds(settings, folds, run, partial(_fit, options=options, quiet=quiet, whole=run), quiet)
        return
    with counting("reading images", quiet) as progress, settings.placing():
        splits = load_splits(settings.data, settings.seed, progress)

    for warning in splits.warnings:
        tell(f"warning: {plain(warning)}")
    if verify_resume:
        from fitcli.cli.verification import verify

        return verify(settings, splits, threads)
    run = run or create_run(Path(spec).stem, out)
    seen = _fit(settings, splits, run, resume is not None, options, quiet)
    if quiet:
        say(plain(run))
    else:
        show_results(run, splits, seen)


def _fit(spec, splits, run, resume: bool, options: dict, quiet: bool, whole=None) -> dict[str, dict]:
    """Fit, showing the events; the last one of each kind. `whole`: of what the run is a part, and goes on with."""
    from fitcli.engine.fit import fit  # after what may be wrong: it takes its time to import

    return _watch(fit(spec, splits, run, resume=resume, **options), run, quiet, whole or run)


def _watch(events, run, quiet: bool, whole) -> dict[str, dict]:
    """Run through the events of a fit, showing them; the last one of each kind."""
    import shlex

    from fitcli.cli.follow import follow
    from fitcli.cli.output import plain, tell
    from fitcli.cli.progress import fit_view
    from fitcli.engine.checkpoint import list_checkpoints
    from fitcli.engine.rundir import is_run
    from fitcli.errors import ModelFileError

    resume = f"to go on: fitcli train --resume {shlex.quote(plain(whole))}"
    begun = False

    def show(event: dict) -> None:
        nonlocal begun
        begun = True
        view(event)

    try:
        with fit_view(quiet) as view:
            return follow(events, run, show, last=whole == run)
    except ModelFileError:
        if begun and list_checkpoints(run):  # the disk has stopped it
            tell(f"stopped; the last checkpoint is there, {resume}")
        raise
    except KeyboardInterrupt:
        tell(f"interrupted; {resume if is_run(run) or whole != run else 'nothing was saved yet'}")
        raise
