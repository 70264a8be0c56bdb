"""`fitcli summary`: what the model of a spec is made of."""

from __future__ import annotations

import click

from fitcli.cli.options import json_option, set_option


@click.command()
@click.argument("spec")
@set_option
@json_option
@click.option("--dot", is_flag=True, help="Print the graph in Graphviz's language instead.")
@click.option("--png", metavar="FILE", help="Draw the graph there as well.")
def command(spec: str, overrides: tuple[str, ...], as_json: bool, dot: bool, png: str | None) -> None:
    """Show the layers of a model.

    Of the model of SPEC: output shapes, parameters, multiply-adds, bytes, and how much of the image one number of an
    output depends on (its receptive field).

    \b
    fitcli summary configs/fashion.yaml
    fitcli summary configs/fashion.yaml --png fashion.png
    fitcli summary configs/fashion.yaml --dot | dot -Tsvg > fashion.svg
    """
    from fitcli.cli.output import json_text, plain, report, say, tell
    from fitcli.spec import load_spec

    if dot and as_json:
        raise click.UsageError("--dot and --json both take stdout: leave one of them out.")
    loaded = load_spec(spec, overrides=overrides)

    from fitcli.engine.summary import summarize  # after what may be wrong: it takes its time to import

    if dot:
        from fitcli.engine.dot import dot_text
        from fitcli.engine.summary import graph_of

        say(dot_text(graph_of(loaded)))
    else:
        result = summarize(loaded)
        say(json_text(result)) if as_json else report(result)
    if png is not None:
        from fitcli.engine.drawing import draw_graph
        from fitcli.engine.summary import graph_of
        from fitcli.errors import FitcliError, Problem, SpecError

        try:
            draw_graph(graph_of(loaded), png)
        except FitcliError as error:  # told as for a run directory, which this is not
            raise SpecError(Problem(error.problems[0].message, "--png", hint="another FILE")) from None
        tell(f"picture: {plain(png)}")
