"""`fitcli linearize`: how far does the derivative at an image reach?"""

from __future__ import annotations

import click

from fitcli.cli.options import json_option, picture_option, weights_option


@click.command()
@click.argument("model")
@click.argument("image")
@click.option(
    "--along", type=click.Choice(["gradient", "patch", "wave"]), default="gradient", show_default=True,
    help="What is added: the gradient of P itself, a bright square, a cosine wave.",
)  # fmt: skip
@click.option("--class", "name", metavar="NAME", help="Whose probability. Default: the most probable class.")
@click.option(
    "--at", type=(click.IntRange(min=0), click.IntRange(min=0)), metavar="ROW COLUMN",
    help="Upper left corner of the patch, or number of the wave. Default: where P feels it most.",
)  # fmt: skip
@click.option("--size", type=click.IntRange(min=1), metavar="N", help="Side of the patch. Default: a quarter.")
@click.option(
    "--reach", type=click.FloatRange(min=0, min_open=True, max=255), metavar="T",
    help="Steps to both sides to be shown, in grey levels. Default: three times the radius.",
)  # fmt: skip
@picture_option("Draw a PNG: the image, the direction, the curve and its tangent.")
@weights_option
@json_option
def command(model: str, image: str, along: str, name: str | None, at: tuple[int, int] | None, size: int | None,
            reach: float | None, plot: str | None, weights: str | None, as_json: bool) -> None:  # fmt: skip
    """See how far the derivative at an image predicts.

    A picture is a point x of a space, and the probability P of a class a function on it. Along a direction d the
    derivative promises P(x + t d) = P(x) + t dP(d), the better the smaller t is. This shows both sides, and the radius
    within which the promise of the change is kept to 10 %. t counts grey levels of 255: no number of the image moves by
    more. MODEL is a run directory or a .safetensors file.

    \b
    fitcli linearize runs/fashion-1 shoe.png --plot tangent.png
    fitcli linearize runs/fashion-1 shoe.png --along patch --at 10 4 --size 6
    fitcli linearize runs/fashion-1 shoe.png --along wave --class bag --json
    """
    from fitcli.cli.output import json_text, plain, say, tell
    from fitcli.data.image import load_image
    from fitcli.engine.modelfile import load_weights

    if at and along == "gradient":
        raise click.UsageError("--at is the place of a patch or the number of a wave; the gradient has none")
    if size and along != "patch":
        raise click.UsageError("--size is the side of a patch: it goes with --along patch only")
    loaded = load_weights(model, weights)
    number = None if name is None else _number(loaded.classes, name)

    from fitcli.engine.linearize import draw_line, linearize
    from fitcli.engine.restore import restore_model

    restored, fmt = restore_model(loaded)
    result = linearize(restored, load_image(image, fmt), along, number=number, size=size, at=at, reach=reach)
    if plot:
        draw_line(result, plot)
        tell(f"picture: {plain(plot)}")
    if as_json:
        say(json_text({key: value for key, value in result.items() if key not in ("image", "direction")}))
    else:
        _show(result)


def _number(classes: tuple[str, ...], name: str) -> int:
    from fitcli.errors import Problem, SpecError
    from fitcli.registry import nearest

    if name in classes:
        return classes.index(name)
    near = nearest(name, classes)
    raise SpecError(
        Problem(f"the model knows no class {name!r}", path="--class", value=name, allowed=", ".join(classes),
                hint=f"--class {near}" if near else "")  # fmt: skip
    )


def _show(result: dict) -> None:
    from fitcli.cli.output import plain, say, table

    name, start = plain(result["class"]), result["probability"]
    place = f" at {result['place'][0]}, {result['place'][1]}" if result["place"] else ""
    say(f"P({name}) = {start:.6f}, along the {result['along']}{place}")
    rows = []
    for row in result["rows"]:
        change, off = row["probability"] - start, row["probability"] - row["tangent"]
        share = f"{100 * abs(off / change):.2g} %" if change else "-"
        rows.append((f"{row['step']:+.4g}", f"{row['probability']:.6f}", f"{row['tangent']:.6f}", f"{off:+.1e}", share))
    table(("step", f"P({name})", "tangent", "difference", "of the change"), rows)
    say("")
    say(f"slope: {result['slope']:+.3e} a grey level")
    if result["whole"]:
        say("radius: from black to white, the tangent predicts the change to 10 %")
    else:
        say(f"radius: {result['radius']:.3g} grey levels, within which the tangent predicts the change to 10 %")
