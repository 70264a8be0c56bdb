import numpy as np
import pytest

from fitcli.engine.metrics.answers import answered_right
from fitcli.engine.tally import Tally, tally, tally_rows


def test_what_numpy_says():
    rng = np.random.default_rng(0)
    losses, outputs = rng.standard_normal(7).astype("f4"), rng.standard_normal((7, 3)).astype("f4")
    outputs[3] = 1  # of equals the first
    labels, squares, found = np.array([0, 1, 2, 0, 1, 2, 0]), np.array([1.5, 2.25]), np.zeros(3)
    tally(found, losses, squares, outputs, labels)
    wanted = losses.mean(dtype=np.float64), np.sqrt(3.75), np.count_nonzero(outputs.argmax(1) == labels)
    np.testing.assert_allclose(found, wanted, rtol=1e-15)


def test_what_numpy_says_of_several_classes():
    rng = np.random.default_rng(0)
    losses, outputs = rng.standard_normal(40).astype("f4"), rng.standard_normal((40, 2)).astype("f4")
    outputs[:4] = 0, -0.0  # both are yes
    labels, squares, found = rng.integers(0, 2, (40, 2), np.uint8), np.array([1.5, 2.25]), np.zeros(3)
    labels[:2] = 1
    tally_rows(found, losses, squares, outputs, labels)
    right = np.count_nonzero(answered_right(outputs, labels))
    np.testing.assert_allclose(found, (losses.mean(dtype=np.float64), np.sqrt(3.75), right), rtol=1e-15)
    assert 2 <= right < 40


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_bad_numbers_are_not_hidden(bad):
    found = np.zeros(3)
    tally(found, np.full(2, bad, "f4"), np.array([bad]), np.zeros((2, 2), "f4"), np.zeros(2, np.int64))
    assert not np.isfinite(found[:2]).any()
    tally_rows(found, np.full(2, bad, "f4"), np.array([bad]), np.zeros((2, 2), "f4"), np.zeros((2, 2), np.uint8))
    assert not np.isfinite(found[:2]).any()


def test_it_follows_its_program():
    class Program:
        workers, losses, squares, outputs = 1, np.ones(2, "f4"), np.array([4.0, 99.0]), np.eye(2, dtype="f4")

    read = Tally(Program(), np.array([0, 0])).read
    assert read() == (1.0, 2.0, 1)
    Program.losses[:], Program.squares[0] = 3, 9
    assert read() == (3.0, 3.0, 1)
