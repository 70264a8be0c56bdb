"""`fitcli gradcheck`: is every derivative right?"""

from __future__ import annotations

import click

from fitcli.cli.options import json_option, set_option


@click.command()
@click.argument("spec")
@set_option
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Of the points and directions.")
@json_option
@click.pass_context
def command(ctx: click.Context, spec: str, overrides: tuple[str, ...], seed: int, as_json: bool) -> None:
    """Check every derivative of a model.

    Of the model of SPEC, layer by layer and as a whole, in float64: central differences against the push forward
    (jvp) and the pull back (vjp), and these two against each other. Exit code 0 only when every derivative is
    right, else 5.

    \b
    fitcli gradcheck configs/fashion.yaml
    """
    from fitcli.cli.output import json_text, report, say
    from fitcli.errors import DerivativeError
    from fitcli.spec import load_spec

    loaded = load_spec(spec, overrides=overrides)

    from fitcli.engine.gradcheck import gradcheck  # after what may be wrong: it takes its time to import

    result = gradcheck(loaded, seed)
    if as_json:
        say(json_text(result))
    else:
        report(result)
    if result["verdict"] != "right":
        ctx.exit(DerivativeError.exit_code)
