"""Which model judges which images, for `fitcli data check --model`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fitcli.data.dataset import Dataset
    from fitcli.data.settings import DataSettings
    from fitcli.engine.modelfile import ModelFile


def judged(model: str, settings: DataSettings, seed: int, progress) -> Iterator[tuple[ModelFile, Dataset]]:
    """A cross-validation judges each image by the model of the fold that had not seen it; a single model judges all."""
    from fitcli.cli.crossvalidation import is_folded
    from fitcli.data.load import load_split
    from fitcli.data.names import natural_key
    from fitcli.engine.modelfile import load_model
    from fitcli.spec import parse_spec

    if not is_folded(model):
        saved = load_model(model)
        yield saved, load_split(_as_seen(settings, saved), "all", seed, saved.classes, progress, saved.multilabel)
        return
    folds = sorted(Path(model).glob("fold-*"), key=lambda path: natural_key(path.name))
    for run in folds:
        saved = load_model(run)
        spec = parse_spec(saved.spec, name=f"{run} (the spec in it)")
        held = replace(_as_seen(settings, saved), split=spec.data.split, per_class=spec.data.per_class)
        yield saved, load_split(held, "val", spec.seed, saved.classes, progress, saved.multilabel)


def _as_seen(settings: DataSettings, saved: ModelFile) -> DataSettings:
    from fitcli.data.imageformat import ImageFormat
    from fitcli.data.settings import ImageSettings

    image = ImageSettings.of(ImageFormat.from_json(saved.preprocessing))
    return replace(settings, image=image, on_error="skip")
