"""Answers of a model that is sometimes right, with ties, a rare class, and one that is never there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest


@dataclass(frozen=True)
class Answers:
    outputs: np.ndarray
    probabilities: np.ndarray
    labels: np.ndarray
    predicted: np.ndarray
    classes: tuple[str, ...]


@pytest.fixture
def answers():
    """answers(200, classes=5, seed=1) -> Answers; the last class has no images unless `full`."""

    def make(count=200, classes=5, seed=0, full=False):
        rng = np.random.default_rng(seed)
        labels = rng.integers(0, classes if full else classes - 1, count)
        outputs = np.round(rng.normal(0, 1, (count, classes)), 1)  # rounded, so that there are ties
        outputs[np.arange(count), labels] += 1
        p = np.exp(outputs)
        p /= p.sum(axis=1, keepdims=True)
        return Answers(outputs, p, labels, outputs.argmax(axis=1), tuple("abcdefghijkl"[:classes]))

    return make


@dataclass(frozen=True)
class ManyAnswers:
    outputs: np.ndarray
    shares: np.ndarray
    labels: np.ndarray
    predicted: np.ndarray
    classes: tuple[str, ...]


@pytest.fixture
def many_answers():
    """many_answers(200, classes=4) -> ManyAnswers about images of several classes or none; the last class has no images
    unless `full`."""

    def make(count=200, classes=4, seed=0, full=False):
        rng = np.random.default_rng(seed)
        labels = (rng.random((count, classes)) < 0.2 + 0.1 * np.arange(classes)).astype(np.uint8)
        if not full:
            labels[:, -1] = 0
        outputs = np.round(rng.normal(0, 1, (count, classes)) + 1.5 * labels - 0.7, 1)  # rounded, so that there are ties
        shares = 1 / (1 + np.exp(-outputs))
        return ManyAnswers(outputs, shares, labels, shares >= 0.5, tuple("abcdefghijkl"[:classes]))

    return make
