"""`fitcli data show`: a picture of what the model really sees."""

from __future__ import annotations

import click

from fitcli.cli.options import check_images, set_option


@click.command()
@click.argument("spec")
@click.option("--data", metavar="PATH", help="Show these images instead of the spec's data.path.")
@set_option
@click.option("--out", metavar="FILE", help="The PNG to write. Default: <name of the spec>-data.png.")
@click.option("--count", type=click.IntRange(1, 200), default=12, show_default=True, help="Images to show.")
@click.option("--epochs", type=click.IntRange(1, 20), default=5, show_default=True, help="Epochs to show them in.")
def command(
    spec: str, data: str | None, overrides: tuple[str, ...], out: str | None, count: int, epochs: int
) -> None:  # fmt: skip
    """Draw training images as the model sees them.

    A contact sheet: each row is one image, first as it was read and resized, then as each epoch augments it: exactly
    the pixels that `fitcli train` trains on.

    \b
    fitcli data show configs/cats_dogs.yaml --data photos/
    fitcli data show spec.yaml --set 'data.augment=[flip, randaugment]' --out sheet.png
    """
    import io
    from pathlib import Path

    from fitcli.cli.output import plain, say, tell
    from fitcli.cli.progress import counting
    from fitcli.data.load import load_split
    from fitcli.engine.expected import expected_model
    from fitcli.spec import load_spec

    settings = load_spec(spec, overrides=overrides, data=data)
    check_images(settings, data, "data", "show", spec)
    expected_model(settings)  # shapes that clash are told before any image is read
    with counting("reading images") as progress, settings.placing():
        train = load_split(settings.data, "train", settings.seed, progress=progress)
    for warning in train.warnings:
        tell(f"warning: {plain(warning)}")

    from fitcli.engine.atomic import write_atomic
    from fitcli.engine.sheet import draw, seen

    stream = io.BytesIO()
    draw(seen(settings, train, min(count, len(train)), epochs)).save(stream, "PNG")
    path = Path(out or f"{Path(spec).stem}-data.png")
    write_atomic(path, stream.getvalue())
    say(plain(path))
