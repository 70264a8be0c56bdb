"""The loss of a model that has learned nothing: the same answer for every image."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log

import numpy as np

from fitcli.losses.binary_cross_entropy import BinaryCrossEntropy
from fitcli.losses.cross_entropy import CrossEntropy


@dataclass(frozen=True)
class Guess:
    """`loss`: the mean cross entropy of the best constant answer; ln K where all K classes are as frequent.

    `share`: the part of the images that it gets right. `classes`: K, 0 where an image may be of several.
    """

    loss: float
    share: float
    classes: int

    @property
    def words(self) -> str:
        even = self.classes and abs(self.loss - log(self.classes)) < 1e-3 * log(self.classes)
        return f"ln {self.classes}" if even else "the entropy of the classes' shares"


def best_guess(loss: object, counts: Sequence[int]) -> Guess | None:
    """For `counts` training images of each class; None for losses other than cross entropy.

    With targets t_k = w_k ((1 − ε) share_k + ε / K) the best constant p is t / Σ t, its loss −Σ t_k ln p_k.
    """
    total = sum(counts)
    if type(loss) is not CrossEntropy or len(counts) < 2 or not total:
        return None
    weights = loss.class_weights(len(counts))
    even = loss.smoothing / len(counts)
    targets = [w * ((1 - loss.smoothing) * count / total + even) for w, count in zip(weights, counts, strict=True)]
    whole = sum(targets)
    found = -sum(t * log(t / whole) for t in targets if t > 0)
    return Guess(found, max(counts) / total, len(counts)) if found > 0 else None


def best_answers(loss: object, labels: np.ndarray) -> Guess | None:
    """For training images of several classes each, labels uint8 [N, K]; None for losses other than binary cross entropy.

    Of a class that a share s of them are of, with weight w of yes, the best constant p is w s / (w s + 1 − s), and costs
    −w s ln p − (1 − s) ln(1 − p); its answer is yes where p ≥ 0.5.
    """
    if type(loss) is not BinaryCrossEntropy or not len(labels):
        return None
    yes = labels.mean(axis=0) * loss.class_weights(labels.shape[1])
    no = 1 - labels.mean(axis=0)
    p = yes / (yes + no)
    costs = -sum(np.where(t > 0, t * np.log(np.maximum(q, 1e-300)), 0) for t, q in ((yes, p), (no, 1 - p)))
    found = float(costs.mean())
    return Guess(found, float(((p >= 0.5) == labels).all(axis=1).mean()), 0) if found > 0 else None
