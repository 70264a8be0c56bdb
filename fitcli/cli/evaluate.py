"""`fitcli evaluate`: how good is a model?"""

from __future__ import annotations

import click

from fitcli.cli.options import json_option, threads_option, weights_option


@click.command()
@click.argument("model")
@click.option("--data", metavar="PATH", help="Images to evaluate on. Default: those the model was trained with.")
@click.option(
    "--split", type=click.Choice(["train", "val", "test", "all"]),
    help="Which part of the data. Default: test, as the training set it apart; with --data the test images that there"
    " are in it, or all where nothing is divided.",
)  # fmt: skip
@weights_option
@json_option
@threads_option
def command(
    model: str, data: str | None, split: str | None, weights: str | None, as_json: bool, threads: int | None
) -> None:  # fmt: skip
    """Measure a model on labelled images.

    Loss, accuracy, and which classes it takes for which. MODEL is a run directory or a .safetensors file.

    \b
    fitcli evaluate runs/fashion-1
    fitcli evaluate runs/cats_dogs-1 --data other_photos/ --split all --json
    """
    from fitcli.cli.output import json_text, plain, say, tell
    from fitcli.cli.progress import counting
    from fitcli.engine.modelfile import load_model, with_weights

    loaded = with_weights(model, load_model(model), weights)
    with counting("reading images") as progress:
        dataset = _dataset(loaded, model, data, split, progress)
    for warning in dataset.warnings:
        tell(f"warning: {plain(warning)}")

    from fitcli.engine.evaluate import evaluate  # after what may be wrong: it takes its time to import

    result = evaluate(loaded, dataset, threads=threads)
    if as_json:
        say(json_text(result))
    else:
        _show(result, len(dataset))


def _dataset(loaded, model: str, data: str | None, split: str | None, progress):
    from dataclasses import replace

    from fitcli.data.imageformat import ImageFormat
    from fitcli.data.load import load_split
    from fitcli.data.settings import ImageSettings
    from fitcli.spec import parse_spec

    name = f"{model} (the spec in it)"
    spec, own = (parse_spec(loaded.spec, name=name, data=path) for path in (data, None))
    if split is None and spec.data.path == own.data.path:
        split = "test"
    seen = ImageFormat.from_json(loaded.preprocessing)
    # the pixels as the training saw them, also where the spec leaves them to the data
    settings = replace(spec.data, image=ImageSettings.of(seen))
    return load_split(settings, split, spec.seed, classes=loaded.classes, progress=progress)


def _show(result: dict, count: int) -> None:
    from fitcli.cli.output import say, table
    from fitcli.cli.progress import number, percent

    classes, confusion = result["classes"], result["confusion"]
    per_class = result["per_class"]
    measures = list(dict.fromkeys(key for values in per_class.values() for key in values))
    if measures:
        table(["class", *measures], [[name, *(per_class[name].get(key) for key in measures)] for name in per_class])
        say("")
    if len(classes) <= 20:
        rows = [[name, *row] for name, row in zip(classes, confusion, strict=True)]
        table(["true \\ predicted", *classes], rows)
        say("")
    say(f"{count:,} images  loss {number(result['loss'])}  accuracy {percent(result['accuracy'])}")
