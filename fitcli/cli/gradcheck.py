"""`fitcli gradcheck`: is every derivative right?"""

from __future__ import annotations

import click

from fitcli.cli.options import json_option, set_option


@click.command()
@click.argument("spec")
@set_option
@click.option("--data", metavar="PATH", help="Check at real images, those of this folder. Without it, at random ones.")
@click.option("--layer", metavar="NAME", help='Only this layer: 0.conv, conv2d, loss, or "whole model".')
@click.option(
    "--dtype", type=click.Choice(["float64", "float32"]), default="float64", show_default=True, help="To compute in."
)
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Of the points and directions.")
@click.option("--full", is_flag=True, help="Compare whole Jacobians too, where they are small enough.")
@click.option("--mutate", is_flag=True, help="Test the test: plant errors into every derivative, and see them caught.")
@click.option(
    "--plot", metavar="FILE", type=click.Path(dir_okay=False), help="Draw a PNG: remainders, or with --full a Jacobian."
)
@json_option
@click.pass_context
def command(ctx: click.Context, spec: str, overrides: tuple[str, ...], data: str | None, layer: str | None, dtype: str,
            seed: int, full: bool, mutate: bool, plot: str | None, as_json: bool) -> None:  # fmt: skip
    """Check every derivative of a model.

    Of the model of SPEC, layer by layer and as a whole. Exit code 0 only when every derivative is right, else 5.

    \b
    order      f(v + h) = f(v) + df(h) + something that vanishes faster than h:
               what is left over falls with slope 2 when h shrinks (slope 1 when df is wrong)
    transpose  the pull back is the transpose of the push forward: <df(d), w> = <d, dfT(w)>
    entries    single numbers of every tensor, by differences; a wrong one is named
    exact      one layer of each kind against Im f(v + ih d)/h, h = 1e-200, which has no error but rounding

    CORRECT, WRONG, KINK (a ReLU or maximum switched within every step that was tried), NOISE (below rounding).

    \b
    fitcli gradcheck configs/fashion.yaml
    fitcli gradcheck configs/fashion.yaml --layer 0.conv --plot remainders.png
    fitcli gradcheck configs/fashion.yaml --mutate
    """
    from fitcli.cli.output import json_text, say
    from fitcli.errors import DerivativeError
    from fitcli.spec import load_spec

    if mutate and (full or plot or layer or data or dtype != "float64"):
        raise click.UsageError(
            "--mutate plants errors into every op at random points: only --seed and --set go with it"
        )
    loaded = load_spec(spec, overrides=overrides, data=data)
    if mutate:
        result, show = _mutate(loaded, seed, as_json)
    else:
        result, show = _check(loaded, seed, {"layer": layer, "real": data is not None}, dtype, full, plot, as_json)
    if as_json:
        say(json_text(result))
    else:
        show(result)
    if result["verdict"] not in ("CORRECT", "CAUGHT"):
        ctx.exit(DerivativeError.exit_code)


def _mutate(spec, seed: int, quiet: bool):
    from fitcli.cli.progress import counting
    from fitcli.cli.verdicts import show_mutations
    from fitcli.engine.gradcheck import selftest

    with counting("planting errors", quiet) as progress:
        return selftest(spec, seed, progress=progress), show_mutations


def _check(spec, seed: int, options: dict, dtype: str, full: bool, plot: str | None, quiet: bool):
    from fitcli.cli.output import tell
    from fitcli.cli.progress import counting
    from fitcli.cli.verdicts import show_verdicts
    from fitcli.engine.gradcheck import add_jacobians, gradcheck, plot_check

    with counting("checking derivatives", quiet) as progress:
        result = gradcheck(spec, seed, dtype=dtype, progress=progress, **options)
    matrices = add_jacobians(result, spec, seed, **options) if full else None
    if plot:
        plot_check(result, matrices, plot, title=spec.file)
        tell(f"picture: {plot}")
    return result, show_verdicts
