"""`fitcli new`: a spec to begin with."""

from __future__ import annotations

import click


@click.command()
@click.argument("folder")
@click.option("--out", metavar="FILE", help="Write the spec there instead of printing it; never over another file.")
def command(folder: str, out: str | None) -> None:
    """Write a spec for a folder of images.

    Looks at the classes, sizes and colours of the images in FOLDER and prints a commented spec that trains as it is.

    \b
    fitcli new photos/ --out photos.yaml
    fitcli train photos.yaml
    """
    import os
    import shlex

    from fitcli.cli.output import plain, say, tell
    from fitcli.data.survey import survey
    from fitcli.errors import Problem, SpecError
    from fitcli.spec.starter import starter_spec

    found = survey(folder)
    for warning in found.warnings:
        tell(f"warning: {plain(warning)}")
    text = starter_spec(found, folder, os.path.dirname(out) or "." if out else ".")
    if out is None:
        say(text.rstrip("\n"))
        return
    try:
        with open(out, "x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise SpecError(Problem("there is a file of this name already", out, hint="another name")) from None
    except (OSError, ValueError) as error:
        raise SpecError(Problem(f"cannot be written: {getattr(error, 'strerror', None) or error}", out)) from None
    tell(f"{plain(out)} is written; to fit it: fitcli train {shlex.quote(plain(out))}")
