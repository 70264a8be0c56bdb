"""`fitcli evaluate`: how good is a model?"""

from __future__ import annotations

import click

from fitcli.cli.options import check_images, check_threshold, json_option, picture_option
from fitcli.cli.options import threads_option, threshold_option, weights_option


@click.command()
@click.argument("model")
@click.option("--data", metavar="PATH", help="Images to evaluate on. Default: those the model was trained with.")
@click.option(
    "--split", type=click.Choice(["train", "val", "test", "all"]),
    help="Which part of the data. Default: test, as the training set it apart; with --data the test images that there"
    " are in it, or all where nothing is divided.",
)  # fmt: skip
@picture_option("Draw a PNG: which class is taken for which, and how far the probabilities are to be trusted.")
@threshold_option
@weights_option
@json_option
@threads_option
def command(
    model: str, data: str | None, split: str | None, plot: str | None, threshold: float | None, weights: str | None,
    as_json: bool, threads: int | None,
) -> None:  # fmt: skip
    """Measure a model on labelled images.

    Loss, accuracy, how far its probabilities are to be trusted, and which classes it takes for which. Where an image may
    be of several classes: how well each of them is found. MODEL is a run directory or a .safetensors file.

    \b
    fitcli evaluate runs/fashion-1
    fitcli evaluate runs/cats_dogs-1 --data other_photos/ --split all --json
    """
    from fitcli.cli.evaluation import show_evaluation
    from fitcli.cli.multievaluation import show_multilabel
    from fitcli.cli.output import json_text, plain, say, tell
    from fitcli.cli.progress import counting, percent
    from fitcli.engine.modelfile import load_weights

    loaded = load_weights(model, weights)
    least = check_threshold(threshold, loaded.multilabel)
    with counting("reading images") as progress:
        dataset = _dataset(loaded, model, data, split, progress)
    for warning in dataset.warnings:
        tell(f"warning: {plain(warning)}")

    from fitcli.engine.evaluate import evaluate  # after what may be wrong: it takes its time to import

    result = evaluate(loaded, dataset, threads, least)
    if plot:
        from fitcli.engine.metrics.multipicture import draw_multilabel
        from fitcli.engine.metrics.picture import draw_evaluation

        draw = draw_multilabel if loaded.multilabel else draw_evaluation
        draw(result, plot, f"{plain(model)}: {len(dataset):,} images, accuracy {percent(result['accuracy'])}")
        tell(f"picture: {plain(plot)}")
    if as_json:
        say(json_text(result))
    else:
        (show_multilabel if loaded.multilabel else show_evaluation)(result)


def _dataset(loaded, model: str, data: str | None, split: str | None, progress):
    from dataclasses import replace

    from fitcli.data.imageformat import ImageFormat
    from fitcli.data.load import load_split
    from fitcli.data.settings import ImageSettings
    from fitcli.spec import parse_spec

    name = f"{model} (the spec in it)"
    spec, own = (parse_spec(loaded.spec, name=name, data=path) for path in (data, None))
    check_images(spec, data, "evaluate", model)
    if split is None and spec.data.path == own.data.path:
        split = "test"
    seen = ImageFormat.from_json(loaded.preprocessing)
    # the pixels as the training saw them, also where the spec leaves them to the data
    settings = replace(spec.data, image=ImageSettings.of(seen))
    with spec.placing():
        return load_split(settings, split, spec.seed, loaded.classes, progress, loaded.multilabel)
