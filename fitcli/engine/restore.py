"""From a model file back to a model that predicts as the training's validation did."""

from __future__ import annotations

from fitcli.data.image import ImageFormat
from fitcli.engine.modelfile import ModelFile
from fitcli.errors import FitcliError, ModelFileError, Problem
from fitcli.model import Model, Normalization, build_model
from fitcli.spec import parse_spec


def restore_model(saved: ModelFile) -> tuple[Model, ImageFormat]:
    """The model with its weights, and what every image must become for it; ModelFileError when they do not fit."""
    fmt = ImageFormat.from_json(saved.preprocessing)
    try:
        spec = parse_spec(saved.spec, name="the model file's spec")
        norm = Normalization(tuple(saved.preprocessing["mean"]), tuple(saved.preprocessing["std"]))
        model = build_model(spec, saved.classes, fmt.shape, norm)
        model.load_arrays(saved.arrays)
    except (FitcliError, ValueError, KeyError, TypeError) as error:
        hint = "the version of fitcli that made it: " + str(saved.info.get("fitcli", "unknown"))
        raise ModelFileError(Problem(f"the model file does not fit this version: {error}", hint=hint)) from error
    return model, fmt
