"""Which of two epochs is the better one."""

from __future__ import annotations

from collections.abc import Iterable
from math import inf, isfinite


def is_better(event: dict, best: dict, metric: str, least: float = 0.0) -> bool:
    """Whether the `metric` of an epoch's event is better by more than `least` than that of the best one, {} when none is."""
    old, new = goodness(best, metric), goodness(event, metric)
    return not best or new > old + least


def beats(event: dict, best: dict, metric: str) -> bool:
    """Like `is_better`; of two that are equal the one of lower `val_loss` is better: few images have few accuracies."""
    if best and goodness(event, metric) == goodness(best, metric):
        return is_better(event, best, "val_loss")
    return is_better(event, best, metric)


def best_of(epochs: Iterable[dict], metric: str = "val_accuracy") -> dict:
    """The first of those events that no other one beats; {} where none has the metric."""
    best: dict = {}
    for event in epochs:
        if event.get(metric) is not None and beats(event, best, metric):
            best = event
    return best


def goodness(event: dict, metric: str) -> float:
    """A number that is larger the better the event's `metric` is; -inf where it has none."""
    value = event.get(metric)
    if value is None or not isfinite(value):
        return -inf
    return -value if metric.endswith("loss") else value
