"""A preset built for images of a size, and one step of descent with it."""

from __future__ import annotations

import numpy as np
import pytest

from fitcli.engine.trainer import Trainer
from fitcli.model import build_model
from fitcli.spec import dump_spec, parse_spec
from fitcli.spec.dump import as_short, flow

CLASSES = ("a", "b", "c")


@pytest.fixture
def made():
    """made("vit, patch: 7", (28, 28, 1)) -> the Model of that preset for three classes."""

    def make(text, shape=(28, 28, 1)):
        spec = parse_spec(f"data: {{path: x}}\nmodel: {{preset: {text}}}\nfit: {{optimizer: {{adam: {{lr: 3e-3}}}}}}")
        return build_model(spec, CLASSES, shape)

    return make


@pytest.fixture
def written():
    """written("vit") -> its layers as they are written, one string each."""


    def find(text):
        return [flow(as_short(layer)) for layer in parse_spec(f"data: {{path: x}}\nmodel: {{preset: {text}}}").model]

    return find


@pytest.fixture
def comes_back():
    """comes_back(text): the resolved spec holds the layers, loads again to an equal one, and makes the same model."""

    def check(text):
        spec = parse_spec(f"data: {{path: x}}\nmodel: {{preset: {text}}}")
        again = parse_spec(dump_spec(spec))
        assert again == spec and "preset" not in dump_spec(spec)

    return check


@pytest.fixture
def descends(made):
    """descends(text): a dozen steps on one small batch make the loss smaller."""

    def check(text, shape=(28, 28, 1)):
        model = made(text, shape)
        model.initialize(0)
        trainer = Trainer(model, seed=0, threads=1)
        rng = np.random.default_rng(0)
        labels = np.arange(12) % 3
        images = rng.integers(0, 100, (12, *shape)).astype(np.uint8)
        images[:, : shape[0] // 3] += (50 * labels[:, None, None, None]).astype(np.uint8)
        losses = [trainer.descend(images, labels, 3e-3).loss for _ in range(12)]
        assert np.isfinite(losses).all() and losses[-1] < 0.8 * losses[0], losses

    return check
