"""`fitcli gradcheck`: is every derivative right?"""

from __future__ import annotations

import click

from fitcli.cli.options import json_option, set_option


@click.command()
@click.argument("spec")
@set_option
@click.option("--data", metavar="PATH", help="Check at real images, those of this folder. Without it, at random ones.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Of the points and directions.")
@json_option
@click.pass_context
def command(
    ctx: click.Context, spec: str, overrides: tuple[str, ...], data: str | None, seed: int, as_json: bool
) -> None:
    """Check every derivative of a model.

    Of the model of SPEC, layer by layer and as a whole, in float64: central differences against the push forward (jvp) and the pull back (vjp), and these two against each other.
    Exit code 0 only when every derivative is right, else 5.

    \b
    fitcli gradcheck configs/fashion.yaml
    """
    from fitcli.cli.output import json_text, say
    from fitcli.cli.verdicts import show_verdicts
    from fitcli.errors import DerivativeError
    from fitcli.spec import load_spec

    loaded = load_spec(spec, overrides=overrides, data=data)

    from fitcli.engine.gradcheck import gradcheck  # after what may be wrong: it takes its time to import

    result = gradcheck(loaded, seed, real=data is not None)
    if as_json:
        say(json_text(result))
    else:
        show_verdicts(result)
    if result["verdict"] != "CORRECT":
        ctx.exit(DerivativeError.exit_code)
