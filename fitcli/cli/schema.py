"""`fitcli schema`: the grammar of the spec for editors."""

from __future__ import annotations

import click


@click.command()
def command() -> None:
    """Print the JSON Schema of a spec.

    Editors complete and check specs with it. Save it beside your specs, and begin each of them with the line
    `# yaml-language-server: $schema=fitcli.schema.json`.

    \b
    fitcli schema > fitcli.schema.json
    """
    import json

    from fitcli.cli.output import say
    from fitcli.spec.schema import spec_schema

    say(json.dumps(spec_schema(), indent=1, ensure_ascii=False))
