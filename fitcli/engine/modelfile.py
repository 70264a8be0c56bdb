"""The model file: everything `predict` needs, in one file that executes nothing.

Weights and running statistics, class names, preprocessing, and the resolved spec travel together, so that a
prediction sees the pixels exactly as the training did.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from fitcli.data.imageformat import ImageFormat
from fitcli.engine.jsontext import dumps
from fitcli.engine.rundir import MODEL_NAME, run_file, runs_near
from fitcli.engine.tensorfile import read_tensors, write_tensors
from fitcli.errors import ModelFileError, Problem


@dataclass(frozen=True, eq=False)
class ModelFile:
    """arrays: float32, named as `Model.save_arrays` names them. classes: in the order of the model's outputs.
    preprocessing: size, channels, resize, mean, std. spec: resolved YAML. info: version, epoch, metrics, ..."""

    arrays: dict[str, np.ndarray]
    classes: tuple[str, ...]
    preprocessing: dict
    spec: str
    info: dict


def save_model(path: str | os.PathLike, model: ModelFile) -> None:
    """Write `model` to `path`, atomically and verified. Refuses NaN and infinite weights."""
    wrong = [name for name, array in model.arrays.items() if array.dtype != np.float32]
    if wrong:
        raise ValueError(f"a model file holds float32 arrays only, unlike {', '.join(wrong)}")
    texts = {
        "classes": dumps(model.classes),
        "preprocessing": dumps(model.preprocessing),
        "spec": model.spec,
        "info": dumps(model.info),
    }
    write_tensors(path, "model", model.arrays, texts)


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
        spec = texts["spec"]
        ImageFormat.from_json(preprocessing)
    except (KeyError, ValueError, RecursionError) as error:
        raise ModelFileError(f"{path} is not a whole model file: {error}") from error
    named = isinstance(classes, list) and classes and all(isinstance(name, str) for name in classes)
    if not named or len(set(classes)) < len(classes) or not isinstance(info, dict):
        raise ModelFileError(f"{path} is not a whole model file: its classes are not a list of different names")
    if any(array.dtype != np.float32 for array in arrays.values()):
        raise ModelFileError(f"{path} is not a whole model file: weights that are not float32")
    return ModelFile(arrays, tuple(classes), preprocessing, spec, info)
