"""A small problem, its trainer, and sweeps drawn by hand."""

from __future__ import annotations

import numpy as np
import pytest

from fitcli.data.dataset import Dataset
from fitcli.engine.rangetest.sweep import Sweep
from fitcli.engine.trainer import Trainer
from fitcli.model import build_model
from fitcli.spec import parse_spec

CLASSES = ("ant", "bee")
LAYERS = "[conv: {filters: 2, kernel: 3}, batchnorm, relu, flatten, dropout: 0.2, dense: classes]"


@pytest.fixture
def train():
    rng = np.random.default_rng(4)
    labels = rng.integers(0, 2, 21)
    pixels = rng.integers(0, 100, (21, 5, 4, 1)) + 80 * labels[:, None, None, None]
    return Dataset(pixels.astype(np.uint8), labels, CLASSES)


@pytest.fixture
def spec_of():
    def make(optimizer="adam"):
        text = f"data: {{path: /nowhere, augment: [flip]}}\nmodel: {LAYERS}\nfit: {{batch: 8, optimizer: {optimizer}}}\n"
        return parse_spec(text, "s.yaml")

    return make


@pytest.fixture
def trainer_of(spec_of):
    def make(optimizer="adam"):
        model = build_model(spec_of(optimizer), CLASSES, (5, 4, 1))
        model.initialize(0)
        return Trainer(model, seed=0, threads=1)

    return make


@pytest.fixture
def drawn():
    """drawn(losses, stopped="") -> Sweep over 1e-5 … 1."""

    def make(losses, stopped=""):
        return Sweep(np.geomspace(1e-5, 1.0, len(losses)), np.array(losses, float), stopped)

    return make
