"""A small problem that can be learned, and fits of it."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from fitcli.data.dataset import Dataset, Splits
from fitcli.engine.trainer import Trainer
from fitcli.model import build_model
from fitcli.spec import parse_spec

CLASSES = ("ant", "bee", "cow")
LAYERS = "[conv: {filters: 4, kernel: 3, bias: false}, batchnorm, relu, maxpool: 2, flatten, dropout: 0.2, dense: classes]"


@pytest.fixture
def images():
    """images(20, seed=1) -> Dataset: each class has a bright row of its own in noise."""

    def make(count, seed=0, shape=(6, 5, 1)):
        rng = np.random.default_rng(seed)
        labels = rng.integers(0, 3, count)
        pixels = rng.integers(0, 120, (count, *shape))
        pixels[np.arange(count), 2 * labels] += 100
        return Dataset(pixels.astype(np.uint8), labels, CLASSES)

    return make


@pytest.fixture
def splits(images):
    return Splits(images(26), images(9, 1), images(7, 2))


@pytest.fixture
def spec_of():
    """spec_of(epochs=2, optimizer="sgd") -> Spec with these settings of `fit`."""

    def make(layers=LAYERS, seed=3, augment="[flip]", **settings):
        settings = {"epochs": 3, "batch": 8, "optimizer": "{adam: {lr: 0.01}}", "schedule": "cosine"} | settings
        fit = ", ".join(f"{key}: {value}" for key, value in settings.items())
        text = f"seed: {seed}\ndata: {{path: /nowhere, augment: {augment}}}\nmodel: {layers}\nfit: {{{fit}}}\n"
        return parse_spec(text, "s.yaml")

    return make


@pytest.fixture
def trainer_of(spec_of):
    """trainer_of(...as spec_of...) -> Trainer at its initial weights."""

    def make(threads=None, debug=False, shape=(6, 5, 1), **settings):
        model = build_model(spec_of(**settings), CLASSES, shape)
        model.initialize(0)
        return Trainer(model, seed=0, threads=threads, debug=debug)

    return make


@pytest.fixture
def several(spec_of):
    """The same problem with any number of bright rows an image: several.images(20, seed=1), .splits, .spec(...as spec_of...),
    .trainer()."""

    def images(count, seed=0, shape=(6, 5, 1)):
        rng = np.random.default_rng(seed)
        labels = rng.integers(0, 2, (count, 3), np.uint8)
        pixels = rng.integers(0, 120, (count, *shape))
        pixels[:, ::2] += 100 * labels[:, :, None, None]
        return Dataset(pixels.astype(np.uint8), labels, CLASSES)

    def spec(loss="binary_cross_entropy", **settings):
        return replace(spec_of(**settings), loss=parse_spec(f"{{data: {{path: x}}, model: [relu], loss: {loss}}}").loss)

    def trainer(**settings):
        model = build_model(spec(**settings), CLASSES, (6, 5, 1), multilabel=True)
        model.initialize(0)
        return Trainer(model, seed=0)

    return SimpleNamespace(images=images, splits=Splits(images(26), images(9, 1), images(7, 2)), spec=spec, trainer=trainer)
