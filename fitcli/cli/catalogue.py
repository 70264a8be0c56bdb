"""What `fitcli layers`, `losses`, `optimizers` and the like have in common: a registry as a list, or one of it."""

from __future__ import annotations

import importlib

import click

from fitcli.cli.options import json_option

_WIDTH = 120  # of the text above the table


def catalogue(plural: str, place: str, example: str, what: str = "") -> click.Command:
    """The command for the registry at `place` ("fitcli.layers:LAYERS"); `example` is one of its names.

    `what` they are called where `plural`, the command, does not say it.
    """

    @click.command()
    @click.argument("name", required=False)
    @json_option
    def command(name: str | None, as_json: bool) -> None:
        from fitcli.cli.output import json_text, say
        from fitcli.spec.catalogue import details, overview

        module, _, attribute = place.partition(":")
        registry = getattr(importlib.import_module(module), attribute)
        if name is None:
            found = overview(registry)
            say(json_text(found)) if as_json else _list(found, plural)
        elif name not in registry:
            raise _unknown(registry, name)
        else:
            found = details(registry, name)
            say(json_text(found)) if as_json else _show(found)

    command.help = (
        f"List the {what or plural} that a spec may use.\n\nWith NAME, what it does and its settings, limits and defaults.\n\n"
        f"\b\nfitcli {plural}\nfitcli {plural} {example}"
    )
    return command


def _list(found: list[dict], plural: str) -> None:
    from fitcli.cli.output import say

    width = max(len(entry["name"]) for entry in found)
    for entry in found:
        say(f"{entry['name']:<{width}}  {entry['summary']}")
    say(f"\nfitcli {plural} NAME tells more about one")


def _show(found: dict) -> None:
    from fitcli.cli.output import say

    say(f"{found['text']}\n")
    for number, form in enumerate(found["forms"]):
        say(f"{'or ' if number else 'as '} {form}")
    if found["settings"]:
        say("")
        _table(found)
    if "layers" in found:
        from fitcli.spec.dump import flow

        say("\nits layers, as they stand in a spec:\n\nmodel:")
        for layer in found["layers"]:
            say(f"  - {flow(layer)}")


def _table(found: dict) -> None:
    from fitcli.cli.output import table
    from fitcli.spec.words import show

    noted = any(setting["note"] for setting in found["settings"])
    rows = []
    for setting in found["settings"]:
        default = "(required)" if setting["required"] else setting["default"]
        rows.append([setting["setting"], default if isinstance(default, str) else show(default), setting["allowed"]])
        rows[-1] += [setting["note"]] if noted else []
    table(["setting", "default", "allowed", *(["note"] if noted else [])], rows, _WIDTH)


def _unknown(registry, name: str):
    from fitcli.errors import Problem, SpecError

    message = f"there is no {registry.kind} {name!r}"
    return SpecError(Problem(message, allowed=", ".join(registry), hint=registry.nearest(name) or ""))
