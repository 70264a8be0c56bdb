"""A problem of three classes, trainers of it, and the warnings of whole fits."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from fitcli.data.dataset import Dataset, Splits
from fitcli.engine.fit import fit
from fitcli.engine.log import read_log
from fitcli.engine.trainer import Trainer
from fitcli.errors import DivergedError
from fitcli.model import build_model
from fitcli.spec import parse_spec

CLASSES = ("ant", "bee", "cow")


@pytest.fixture
def train():
    rng = np.random.default_rng(0)
    labels = np.arange(60) % 3
    pixels = rng.integers(0, 120, (60, 6, 5, 1))
    pixels[np.arange(60), 2 * labels] += 100
    return Dataset(pixels.astype(np.uint8), labels, CLASSES)


@pytest.fixture
def spec_of():
    def make(model, optimizer="adam", epochs=10, more=""):
        fit_ = f"fit: {{epochs: {epochs}, batch: 10, optimizer: {optimizer}}}"
        return parse_spec(f"data: {{path: /nowhere}}\nmodel: {model}\n{fit_}\n{more}", "s.yaml")

    return make


@pytest.fixture
def trainer_of(spec_of):
    def make(model="[flatten, dense: 8, relu, dense: classes]", **settings):
        built = build_model(spec_of(model, **settings), CLASSES, (6, 5, 1))
        built.initialize(0)
        return Trainer(built, seed=0, threads=1)

    return make


@pytest.fixture
def warnings_of(spec_of, train, tmp_path):
    """The warnings of a fit, as its log has them, however it ended."""

    def run(model, images=None, **settings):
        data = train if images is None else replace(train, images=images)
        try:
            with np.errstate(all="ignore"):
                events = list(fit(spec_of(model, **settings), Splits(data, None, None), tmp_path / "run"))
        except DivergedError:
            events = None
        logged = [event for event in read_log(tmp_path / "run" / "log.jsonl") if event["event"] == "warning"]
        assert events is None or [event for event in events if event["event"] == "warning"] == logged
        return logged

    return run


@pytest.fixture
def photographs(tmp_path):
    """A folder of noise, darker for the one class than for the other by a little."""
    from PIL import Image

    rng = np.random.default_rng(0)
    for label, shade in (("cat", 0), ("dog", 15)):
        (tmp_path / "photos" / label).mkdir(parents=True)
        for number in range(40):
            pixels = (shade + rng.integers(0, 200, (32, 32, 3))).astype(np.uint8)
            Image.fromarray(pixels).save(tmp_path / "photos" / label / f"{number}.png")
    return tmp_path / "photos"
