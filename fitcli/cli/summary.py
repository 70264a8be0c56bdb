"""`fitcli summary`: what the model of a spec is made of."""

from __future__ import annotations

import click

from fitcli.cli.options import json_option, set_option


@click.command()
@click.argument("spec")
@set_option
@json_option
def command(spec: str, overrides: tuple[str, ...], as_json: bool) -> None:
    """Show the layers of a model.

    Of the model of SPEC: output shapes, parameters, multiply-adds, bytes.

    \b
    fitcli summary configs/fashion.yaml
    """
    from fitcli.cli.output import json_text, report, say
    from fitcli.spec import load_spec

    loaded = load_spec(spec, overrides=overrides)

    from fitcli.engine.summary import summarize  # after what may be wrong: it takes its time to import

    result = summarize(loaded)
    if as_json:
        say(json_text(result))
    else:
        report(result)
