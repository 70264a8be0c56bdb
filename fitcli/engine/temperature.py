"""Temperature scaling: one number that makes probabilities mean what they say and changes no answer.

p'ₖ ∝ pₖ^(1/T), which for a softmax is softmax(outputs / T) (Guo, Pleiss, Sun & Weinberger, On calibration of modern
neural networks, 2017). T > 1 makes answers less sure. T is the one with the least mean of −log p'_label on validation
images: it is convex in 1/T, so its slope has one zero. Of classes that do not exclude each other, each is a question with
two answers: pₖ^(1/T) / (pₖ^(1/T) + (1 − pₖ)^(1/T)) is the sigmoid of outputₖ / T.
"""

from __future__ import annotations

from collections.abc import Callable
from math import exp, log

import numpy as np

from fitcli.losses.readings import logarithms, powers, sigmoid
from fitcli.model import Model

LIMITS = (0.05, 20.0)


def read(model: Model, outputs: np.ndarray) -> np.ndarray:
    """The probabilities, float64, that outputs [N, K] stand for, at the model's temperature: of rows that sum to 1, or,
    where an image may be of several classes, of each class by itself."""
    found = np.array(outputs, np.float64, order="C")
    reader_of(model, found)()
    return found


def reader_of(model: Model, outputs: np.ndarray) -> Callable[[], None]:
    """What does the same to the numbers in this very array, float64, where they are."""
    return model.spec.loss.reader(outputs, model.temperature, model.multilabel)


def questions(outputs: np.ndarray) -> np.ndarray:
    """Log-odds [N, K] as N · K questions with two answers each: rows (1 − p, p) [N · K, 2]."""
    x = outputs.astype(np.float64).reshape(-1)
    return sigmoid(np.stack([-x, x], axis=1))


def best_temperature(probabilities: np.ndarray, labels: np.ndarray) -> float:
    """T within LIMITS with the least mean of −log p'_label; probabilities [N, K], labels [N], N > 0."""
    logs = logarithms(probabilities)
    own = logs[np.arange(len(labels)), labels].mean()
    low, high = (log(1 / limit) for limit in reversed(LIMITS))
    while high - low > 1e-9:  # slope in 1/T: mean of Σₖ p'ₖ log pₖ − log p_label
        middle = (low + high) / 2
        slope = (powers(logs, exp(middle)) * logs).sum(axis=1).mean() - own
        low, high = (low, middle) if slope > 0 else (middle, high)
    return exp(-(low + high) / 2)
