"""The first 50 losses are PyTorch's (golden.json, made by make_golden.py)."""

import json
from pathlib import Path

import numpy as np
import pytest

CASES = [("mlp", "sgd"), ("mlp", "adam"), ("cnn", "sgd"), ("cnn", "adam")]


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize(("layers", "optimizer"), CASES)
def test_the_losses_are_the_golden_ones(start, descend, layers, optimizer, threads):
    golden = json.loads(Path(__file__).with_name("golden.json").read_text())[f"{layers} {optimizer}"]
    losses = descend(start(layers, optimizer, threads))
    assert len(losses) == len(golden) == 50
    assert min(golden) > 0.1  # so that a relative distance means something
    np.testing.assert_allclose(losses, golden, rtol=1e-5)


def test_every_case_is_golden(problem):
    assert problem.CASES == CASES
