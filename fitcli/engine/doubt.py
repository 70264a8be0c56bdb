"""Labels that a model doubts: probably wrong ones, most doubtful first.

With p(k | x) the model's probabilities and t_k the mean of p(k | x) over the images labelled k, an image labelled y is
doubted where its most probable class j is another one and p(j | x) ≥ t_j: the model is as sure of j as it is of images
that are said to be j. Doubt = p(j | x) − p(y | x). Where an image may be of several classes, each of them is a question of
its own, with the two answers that it is there and that it is not.
Source: Northcutt, Jiang & Chuang, Confident learning: estimating uncertainty in dataset labels, 2021.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from fitcli.data.dataset import Dataset
from fitcli.engine.evaluator import Evaluator
from fitcli.engine.modelfile import ModelFile
from fitcli.engine.restore import restore_model


@dataclass(frozen=True)
class Doubt:
    path: str
    label: str
    share: float  # the model's probability of the label
    other: str
    other_share: float

    @property
    def size(self) -> float:
        return self.other_share - self.share


def doubts(judged: Iterator[tuple[ModelFile, Dataset]], threads: int | None = None) -> list[Doubt]:
    """`judged`: models, each with images to look at, best those that it was not trained on (`fitcli train --folds`).

    The thresholds are taken over all of them together.
    """
    shares, labels, paths, classes = [], [], [], ()
    for saved, dataset in judged:
        model, _ = restore_model(saved)
        shares.append(Evaluator(model, threads).probabilities(dataset.images))
        labels.append(dataset.labels)
        paths += dataset.paths or tuple(f"image {i}" for i in range(len(dataset)))
        classes = model.classes
    p, y = np.concatenate(shares), np.concatenate(labels)
    if y.ndim == 1:
        return _told(p, y, paths, classes)
    each = [_told(np.stack([1 - q, q], axis=1), t, paths, (f"no {name}", name)) for name, q, t in zip(classes, p.T, y.T)]
    return sorted((doubt for found in each for doubt in found), key=lambda doubt: -doubt.size)


def _told(p: np.ndarray, y: np.ndarray, paths: list[str], classes: tuple[str, ...]) -> list[Doubt]:
    best = p.argmax(1)
    return [
        Doubt(paths[i], classes[y[i]], float(p[i, y[i]]), classes[best[i]], float(p[i, best[i]])) for i in doubted(p, y)
    ]


def doubted(p: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Indices of the doubted rows of p [N, K], the most doubtful first."""
    thresholds = np.array([p[labels == k, k].mean() if (labels == k).any() else np.inf for k in range(p.shape[1])])
    best = p.argmax(1)
    everyone = np.arange(len(p))
    found = np.flatnonzero((best != labels) & (p[everyone, best] >= thresholds[best]))
    doubt = p[found, best[found]] - p[found, labels[found]]
    return found[np.argsort(-doubt, kind="stable")]
