"""Kullback–Leibler divergence (Kullback & Leibler, On information and sufficiency, 1951) from the smoothed label."""

from __future__ import annotations

from dataclasses import dataclass
from math import log
from typing import Annotated

from annotated_types import Ge, Lt

from fitcli.losses import LOSSES
from fitcli.losses.base import Loss
from fitcli.losses.readings import BySoftmax


@LOSSES.register("kl")
@dataclass(frozen=True)
class KL(BySoftmax, Loss):
    """loss = Σₖ qₖ log(qₖ / pₖ), p = softmax(outputs), q the label with a part ε = smoothing spread over all classes.

    Cross entropy with the same smoothing less the entropy of q: equal gradients, but 0 where p = q.
    """

    smoothing: Annotated[float, Ge(0), Lt(1)] = 0.1

    def build(self, g, outputs, labels):
        from fitcli.ops.target_cross_entropy import TargetCrossEntropy

        classes = outputs.shape[-1]
        low = self.smoothing / classes
        high = 1 - self.smoothing + low
        rows = tuple(tuple(high if j == k else low for j in range(classes)) for k in range(classes))
        negative_entropy = sum(q * log(q) for q in rows[0] if q > 0)
        return g.apply(TargetCrossEntropy(rows, negative_entropy), outputs, labels)
