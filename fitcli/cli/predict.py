"""`fitcli predict`: what is on these images?"""

from __future__ import annotations

import click

from fitcli.cli.options import check_threshold, threads_option, threshold_option, weights_option


@click.command()
@click.argument("model")
@click.argument("paths", nargs=-1, required=True, metavar="IMAGE...")
@click.option("--top", type=click.IntRange(min=1), metavar="K", help="Show the K most probable classes only.")
@click.option(
    "--format", "style", type=click.Choice(["table", "json", "jsonl", "csv"]), default="table", show_default=True,
    help="How to print the result.",
)  # fmt: skip
@threshold_option
@weights_option
@threads_option
@click.pass_context
def command(
    ctx: click.Context, model: str, paths: tuple[str, ...], top: int | None, style: str, threshold: float | None,
    weights: str | None, threads: int | None,
) -> None:  # fmt: skip
    """Say what is on images. MODEL is a run directory or a .safetensors file.

    Each IMAGE is an image file, a folder (searched at any depth) or a pattern. An image that cannot be read is told on
    stderr, the others are predicted, and the exit code is 3. A model that was trained on images of several classes
    tells all those that are probable enough, or none.

    \b
    fitcli predict runs/fashion-1 photo.png
    fitcli predict runs/cats_dogs-1 photos/ 'more/*.jpg' --top 1 --format csv > labels.csv
    """
    import sys

    from fitcli.cli.output import plain_lines, tell
    from fitcli.cli.predictions import WRITERS
    from fitcli.cli.progress import counting
    from fitcli.engine.findimages import find_images
    from fitcli.engine.modelfile import load_weights
    from fitcli.errors import DataError

    loaded = load_weights(model, weights)
    least = check_threshold(threshold, loaded.multilabel)
    images = find_images(paths)

    from fitcli.engine.predict import predict  # after what may be wrong: it takes its time to import

    write = WRITERS[style](loaded.classes, top, loaded.multilabel)
    streams = style != "table" and sys.stdout.isatty()
    bad = []
    with counting("predicting", quiet=streams) as progress:
        for done, result in enumerate(predict(loaded, images, threads, least), 1):
            if "error" in result:
                bad.append(result)
                tell(f"error: {plain_lines(result['error'])}")
            else:
                write.result(result)
            progress(done, len(images))
    write.end()
    if bad:
        tell(f"{len(bad)} of {len(images)} images could not be read")
        ctx.exit(DataError.exit_code)
