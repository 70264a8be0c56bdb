"""The loss of a model that has learned nothing: the same answer for every image."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log

from fitcli.losses.cross_entropy import CrossEntropy


@dataclass(frozen=True)
class Guess:
    """`loss`: the mean cross entropy of the best constant answer; ln K where all K classes are as frequent.

    `share`: the part of the images that it gets right.
    """

    loss: float
    share: float
    classes: int

    @property
    def words(self) -> str:
        even = abs(self.loss - log(self.classes)) < 1e-3 * log(self.classes)
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
