"""From a model file back to a model that predicts as the training's validation did."""

from __future__ import annotations

from math import isfinite

from fitcli.data.imageformat import ImageFormat
from fitcli.engine.modelfile import ModelFile
from fitcli.errors import FitcliError, ModelFileError, Problem
from fitcli.model import Model, Normalization, build_model
from fitcli.spec import parse_spec


def restore_model(saved: ModelFile) -> tuple[Model, ImageFormat]:
    """The model with its weights, and what every image must become for it; ModelFileError when they do not fit."""
    fmt = ImageFormat.from_json(saved.preprocessing)
    try:
        spec = parse_spec(saved.spec, name="the model file's spec")
        norm = _normalization(saved.preprocessing, fmt.channels)
        model = build_model(spec, saved.classes, fmt.shape, norm, saved.multilabel)
        if unknown := set(saved.arrays) - set(model.params.by_name):
            raise ValueError(f"the model has no {', '.join(sorted(unknown))}")
        model.load_arrays(saved.arrays)
        model.temperature = saved.temperature
    except (FitcliError, ValueError, KeyError, TypeError) as error:
        hint = "the version of fitcli that made it: " + str(saved.info.get("fitcli", "unknown"))
        raise ModelFileError(Problem(f"the model file does not fit this version: {error}", hint=hint)) from error
    return model, fmt


def _normalization(preprocessing: dict, channels: int) -> Normalization:
    mean, std = (tuple(map(float, preprocessing[key])) for key in ("mean", "std"))
    if len(mean) != channels or len(std) != channels or not all(map(isfinite, mean + std)) or min(std) <= 0:
        raise ValueError(f"mean {mean} and deviation {std} do not fit {channels} channels")
    return Normalization(mean, std)
