"""A small model with everything that is another map outside of training, and an image."""

import numpy as np
import pytest

from fitcli.model import Normalization, build_model
from fitcli.spec import parse_spec

SPEC = """
data: {path: nowhere}
model: [{conv: 4}, batchnorm, relu, {maxpool: 2}, {gaussian_noise: 0.3}, {conv: 3}, batchnorm, {spatial_dropout: 0.4}, tanh,
  flatten, {dropout: 0.3}, {dense: classes}]
loss: LOSS
"""


@pytest.fixture
def model_of():
    """model_of(loss="mse", shape=(8, 6, 3)) -> Model with running statistics that are not the first ones."""

    def make(loss="cross_entropy", shape=(8, 6, 3)):
        norm = Normalization((0.4,) * shape[2], (0.25,) * shape[2])
        model = build_model(parse_spec(SPEC.replace("LOSS", loss)), ("ant", "bee", "cow"), shape, norm)
        model.initialize(3)
        rng = np.random.default_rng(0)
        for name, array in model.params.by_name.items():
            if "running" in name:
                array[...] = rng.uniform(0.5, 2, array.shape) if "var" in name else rng.normal(0, 0.3, array.shape)
        return model

    return make


@pytest.fixture
def image():
    return np.random.default_rng(1).integers(20, 235, (8, 6, 3)).astype(np.uint8)
