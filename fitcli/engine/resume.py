"""What a checkpoint says of the fit it belongs to, and whether another fit may go on from it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cache
from importlib.metadata import version
from pathlib import Path

import numpy as np

from fitcli import __version__
from fitcli.data.dataset import Dataset
from fitcli.errors import ModelFileError, Problem, SpecError
from fitcli.kernels.objects import processor
from fitcli.model import Model
from fitcli.ops.shapes import show
from fitcli.spec import Spec

# With another value the rest of an epoch would not be the rest: images seen twice, or never.
_PIECE = 256
FIXED = ("seed", "fit.batch", "fit.drop_last", "fit.shuffle", "fit.sampler")


def identity(spec: Spec, model: Model, train: Dataset, workers: int) -> dict:
    """What must be the same when a fit goes on, as JSON has it. Rates, epochs and augmentations may change."""
    return {
        "settings": {path: _setting(spec, path) for path in FIXED},
        "parameters": {name: list(view.shape) for name, view in model.params.by_name.items()},
        "classes": list(train.classes),
        "images": len(train),
        "data": data_digest(train),
        "workers": workers,
        "made_with": made_with(),
    }


@cache
def made_with() -> dict[str, str]:
    """What the last digits depend on beside the workers: versions, and the processor that is compiled for."""
    versions = {name: version(name) for name in ("numba", "llvmlite", "numpy", "pillow")}
    return {"fitcli": __version__} | versions | {"processor": processor()}


def data_digest(data: Dataset) -> str:
    """SHA-256 of images and labels in their order."""
    digest = hashlib.sha256(f"{data.images.shape} {data.classes}".encode())
    digest.update(np.ascontiguousarray(data.labels))
    for start in range(0, len(data.images), _PIECE):  # a piece at a time: they may lie on the disk
        digest.update(np.ascontiguousarray(data.images[start : start + _PIECE]))
    return digest.hexdigest()


def check_epochs(spec: Spec, done: int) -> None:
    """SpecError when a fit that has begun `done` epochs is to go on to fewer."""
    if done > spec.fit.epochs:
        path, epochs = "fit.epochs", spec.fit.epochs
        raise SpecError(Problem(f"{done} epochs are begun already", spec.where(path), path, epochs, f"{done} or more"))


def check_same(run: Path, spec: Spec, own: dict, saved: dict) -> Sequence[str]:
    """Compare the identities of a fit and of a checkpoint in `run`; warnings, or an error that says what differs."""
    changed = [(path, saved["settings"].get(path, new), new) for path, new in own["settings"].items()]
    problems = [
        Problem(f"{_yaml(new)} cannot take the place of {_yaml(old)} in a run that goes on", spec.where(path), path, new,
                _yaml(old), "a new run: leave out --resume")
        for path, old, new in changed if new != old
    ]  # fmt: skip
    if problems:
        raise SpecError(*problems)
    if any(saved[key] != own[key] for key in ("classes", "images", "data")):
        what = f"{run}: the training images are not those that this run was started with"
        raise ModelFileError(Problem(what + _difference(own, saved), hint="the same images as before, or a new run"))
    if own["parameters"] != saved["parameters"]:
        what = f"{run}: the model is not the one of its checkpoint: {_first_difference(own, saved)}"
        raise ModelFileError(Problem(what, hint="the model as it was, or a new run"))
    warnings = []
    if own["workers"] != saved["workers"]:
        warnings.append(f"begun with {saved['workers']} threads at work, goes on with {own['workers']}: last digits will differ")
    new, old = own["made_with"], saved.get("made_with", {})
    if moved := [name for name in new if old.get(name, new[name]) != new[name]]:
        told = ("another processor" if name == "processor" else f"{name} {new[name]} instead of {old[name]}" for name in moved)
        warnings.append(f"goes on with {', '.join(told)}: last digits may differ")
    return tuple(warnings)


def _difference(own: dict, saved: dict) -> str:
    if own["classes"] != saved["classes"]:
        return f" (classes {', '.join(saved['classes'])}; now {', '.join(own['classes'])})"
    return f" ({saved['images']} of them; now {own['images']})" if own["images"] != saved["images"] else ""


def _first_difference(own: dict, saved: dict) -> str:
    new, old = own["parameters"], saved["parameters"]
    name = next(name for name in [*old, *new] if old.get(name) != new.get(name))
    is_new, was = (f"{show(shapes[name])}" if name in shapes else "not there" for shapes in (new, old))
    return f"{name} was {was}, is {is_new}"


def _setting(spec: Spec, path: str) -> object:
    value: object = spec
    for part in path.split("."):
        value = getattr(value, part)
    return value


def _yaml(value: object) -> str:
    return str(value).lower()
