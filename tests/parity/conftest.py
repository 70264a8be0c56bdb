from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from fitcli.engine.trainer import Trainer
from fitcli.model import Normalization, build_model
from fitcli.spec import parse_spec


@pytest.fixture(scope="session")
def problem():
    """The module make_golden.py: specs, weights, batches, and the twin in PyTorch."""
    place = importlib.util.spec_from_file_location("make_golden", Path(__file__).with_name("make_golden.py"))
    module = importlib.util.module_from_spec(place)
    place.loader.exec_module(module)
    return module


@pytest.fixture
def start(problem):
    """start("mlp", "sgd", threads) -> a Trainer that stands at the problem's first weights."""

    def make(layers, optimizer, threads=1):
        spec = parse_spec(problem.spec_text(layers, optimizer))
        classes = tuple(map(str, range(problem.CLASSES)))
        model = build_model(spec, classes, problem.SHAPE, Normalization(problem.MEAN, problem.STD))
        model.load_arrays(problem.weights({name: view.shape for name, view in model.params.by_name.items()}))
        return Trainer(model, seed=0, threads=threads)

    return make


@pytest.fixture
def descend(problem):
    """descend(trainer) -> the losses of the problem's 50 steps."""

    def run(trainer):
        lr = trainer.optimizer.lr
        return np.array([trainer.descend(x, y, lr).loss for x, y in zip(*problem.batches(), strict=True)])

    return run
