"""Temperature scaling: one number that makes probabilities mean what they say and changes no answer.

p'ₖ ∝ pₖ^(1/T), which for a softmax is softmax(outputs / T) (Guo, Pleiss, Sun & Weinberger, On calibration of modern
neural networks, 2017). T > 1 makes answers less sure. T is the one with the least mean of −log p'_label on validation
images: it is convex in 1/T, so its slope has one zero. Of classes that do not exclude each other, each is a question with
two answers: pₖ^(1/T) / (pₖ^(1/T) + (1 − pₖ)^(1/T)) is the sigmoid of outputₖ / T.
"""

from __future__ import annotations

from math import exp, log

import numpy as np

from fitcli.losses.readings import sigmoid
from fitcli.model import Model

LIMITS = (0.05, 20.0)


def read(model: Model, outputs: np.ndarray) -> np.ndarray:
    """The probabilities that outputs [N, K] stand for, at the model's temperature: of rows that sum to 1, or, where an
    image may be of several classes, of each class by itself."""
    x = np.asarray(outputs, np.float64)
    if model.multilabel:
        return sigmoid(x / model.temperature)
    return tempered(model.spec.loss.probabilities(x), model.temperature)


def questions(outputs: np.ndarray) -> np.ndarray:
    """Log-odds [N, K] as N · K questions with two answers each: rows (1 − p, p) [N · K, 2]."""
    x = outputs.astype(np.float64).reshape(-1)
    return sigmoid(np.stack([-x, x], axis=1))


def tempered(probabilities: np.ndarray, temperature: float) -> np.ndarray:
    """pₖ^(1/T) / Σⱼ pⱼ^(1/T) for each row of [N, K]."""
    return probabilities if temperature == 1 else _powers(_logarithms(probabilities), 1 / temperature)


def best_temperature(probabilities: np.ndarray, labels: np.ndarray) -> float:
    """T within LIMITS with the least mean of −log p'_label; probabilities [N, K], labels [N], N > 0."""
    logs = _logarithms(probabilities)
    own = logs[np.arange(len(labels)), labels].mean()
    low, high = (log(1 / limit) for limit in reversed(LIMITS))
    while high - low > 1e-9:  # slope in 1/T: mean of Σₖ p'ₖ log pₖ − log p_label
        middle = (low + high) / 2
        slope = (_powers(logs, exp(middle)) * logs).sum(axis=1).mean() - own
        low, high = (low, middle) if slope > 0 else (middle, high)
    return exp(-(low + high) / 2)


def _logarithms(probabilities: np.ndarray) -> np.ndarray:
    return np.log(np.maximum(probabilities, np.finfo(np.float64).tiny))


def _powers(logs: np.ndarray, power: float) -> np.ndarray:
    scaled = power * logs
    p = np.exp(scaled - scaled.max(axis=1, keepdims=True))
    return p / p.sum(axis=1, keepdims=True)
