"""The model file: everything `predict` needs, in one file that executes nothing.

Weights and running statistics, class names, preprocessing, and the resolved spec travel together, so that a
prediction sees the pixels exactly as the training did.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, replace
from math import inf
from pathlib import Path

import numpy as np

from fitcli.data.imageformat import ImageFormat
from fitcli.engine.jsontext import dumps
from fitcli.engine.rundir import BEST_NAME, MODEL_NAME, is_run, run_file, runs_near
from fitcli.engine.tensorfile import read_tensors, write_tensors
from fitcli.errors import ModelFileError, Problem

_TRAINED = "trained/"  # before the names of the weights that an average is of


@dataclass(frozen=True, eq=False)
class ModelFile:
    """arrays: float32, named as `Model.save_arrays` names them. classes: in the order of the model's outputs.
    preprocessing: size, channels, resize, mean, std. spec: resolved YAML. info: version, epoch, metrics, ...
    trained: where `arrays` are an average, the weights that were averaged. temperature: of its probabilities.
    multilabel: an image may be of several classes, or of none."""

    arrays: dict[str, np.ndarray]
    classes: tuple[str, ...]
    preprocessing: dict
    spec: str
    info: dict
    trained: dict[str, np.ndarray] | None = None
    temperature: float = 1.0
    multilabel: bool = False


def save_model(path: str | os.PathLike, model: ModelFile) -> None:
    """Write `model` to `path`, atomically and verified. Refuses NaN and infinite weights."""
    arrays = model.arrays | {_TRAINED + name: array for name, array in (model.trained or {}).items()}
    wrong = [name for name, array in arrays.items() if array.dtype != np.float32]
    if wrong:
        raise ValueError(f"a model file holds float32 arrays only, unlike {', '.join(wrong)}")
    texts = {
        "classes": dumps(model.classes),
        "preprocessing": dumps(model.preprocessing),
        "spec": model.spec,
        "info": dumps(model.info),
        "temperature": dumps(model.temperature),
    } | ({"multilabel": "true"} if model.multilabel else {})
    write_tensors(path, "model", arrays, texts)


def load_model(path: str | os.PathLike) -> ModelFile:
    """Read the model of a run directory, or a model file. Raises ModelFileError, naming the file, for any other."""
    path = Path(path)
    if path.is_dir():
        path = run_file(path, MODEL_NAME)
    elif not path.exists():
        raise ModelFileError(Problem(f"{path}: no such model file or run directory", hint=runs_near(path)))
    arrays, texts = read_tensors(path, "model")
    try:
        classes, preprocessing, info = (json.loads(texts[key]) for key in ("classes", "preprocessing", "info"))
        spec, temperature = texts["spec"], float(json.loads(texts.get("temperature", "1.0")))
        ImageFormat.from_json(preprocessing)
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise ModelFileError(f"{path} is not a whole model file: {error}") from error
    named = isinstance(classes, list) and classes and all(isinstance(name, str) for name in classes)
    if not named or len(set(classes)) < len(classes) or not isinstance(info, dict):
        raise ModelFileError(f"{path} is not a whole model file: its classes are not a list of different names")
    if not 0 < temperature < inf:
        raise ModelFileError(f"{path} is not a whole model file: its temperature is {temperature}")
    if any(array.dtype != np.float32 for array in arrays.values()):
        raise ModelFileError(f"{path} is not a whole model file: weights that are not float32")
    trained = {name.removeprefix(_TRAINED): a for name, a in arrays.items() if name.startswith(_TRAINED)}
    arrays = {name: a for name, a in arrays.items() if not name.startswith(_TRAINED)}
    multilabel = texts.get("multilabel") == "true"
    return ModelFile(arrays, tuple(classes), preprocessing, spec, info, trained or None, temperature, multilabel)


def load_weights(path: str | os.PathLike, which: str | None) -> ModelFile:
    """`load_model`, with the weights that were asked for: "best" are those of a run's best epoch (fit.keep_best), for the
    others see `with_weights`."""
    if which != "best":
        return with_weights(path, load_model(path), which)
    path = Path(path)
    if path.is_file():
        hint = f"`--weights best` with the run directory, or the file {BEST_NAME} in it"
        raise ModelFileError(Problem(f"{path} is one model: the best one is another file", hint=hint))
    if is_run(path) and not (path / BEST_NAME).is_file():
        hint = "validation images and fit.keep_best, which is not `none`"
        raise ModelFileError(Problem(f"{path} holds no {BEST_NAME}: no best epoch was kept (yet)", hint=hint))
    return load_model(path / BEST_NAME if path.is_dir() else path)


def with_weights(path: str | os.PathLike, model: ModelFile, which: str | None) -> ModelFile:
    """The model with its "averaged" or its "trained" weights; None is averaged where there are some.

    ModelFileError where `path` holds no averaged ones; a model without an average has its trained ones only.
    """
    if which == "averaged" and model.trained is None:
        hint = "--weights trained, or an optimizer that averages, such as {ema: {optimizer: adam}}"
        raise ModelFileError(Problem(f"{path} holds no averaged weights: its optimizer kept none", hint=hint))
    if which == "trained" and model.trained is not None:
        return replace(model, arrays=model.trained, trained=None)
    return model
