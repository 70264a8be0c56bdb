"""How outputs [N, K] are read as probabilities: numbers in 0..1, that sum to 1 a row where there is one class an image. numpy
and kernels come when it is done: a spec is read without them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np


class BySoftmax:
    """pₖ = exp xₖ / Σⱼ exp xⱼ."""

    def probabilities(self, outputs: np.ndarray) -> np.ndarray:
        import numpy as np

        p = np.array(outputs, np.float64, order="C")
        self.reader(p)()
        return p

    def reader(self, outputs: np.ndarray, temperature: float = 1.0, each: bool = False) -> Callable[[], None]:
        """At a temperature T it is exp(xₖ / T) / Σⱼ exp(xⱼ / T)."""
        if each:
            return super().reader(outputs, temperature, each)
        import numpy as np

        from fitcli.ops.softmax import softmax_forward

        softmax = softmax_forward.bind(outputs, outputs)
        if temperature == 1:
            return softmax

        def read() -> None:
            np.divide(outputs, temperature, out=outputs)
            softmax()

        return read


def sigmoid(outputs: np.ndarray) -> np.ndarray:
    """pₖ = 1 / (1 + exp(−xₖ)), without overflow: of classes that do not exclude each other."""
    import numpy as np

    e = np.exp(-np.abs(outputs))
    return np.where(outputs >= 0, 1, e) / (1 + e)


class ByShares:
    """Outputs, clipped to 0..1, by their sum; all equal where that is 0."""

    def probabilities(self, outputs: np.ndarray) -> np.ndarray:
        import numpy as np

        p = np.clip(outputs, 0, 1)
        total = p.sum(axis=1, keepdims=True)
        return np.where(total > 0, p / np.where(total > 0, total, 1), 1 / p.shape[1])


def tempered(probabilities: np.ndarray, temperature: float) -> np.ndarray:
    """pₖ^(1/T) / Σⱼ pⱼ^(1/T) for each row of [N, K]."""
    return probabilities if temperature == 1 else powers(logarithms(probabilities), 1 / temperature)


def logarithms(probabilities: np.ndarray) -> np.ndarray:
    """log p, of 0 that of the smallest number there is."""
    import numpy as np

    return np.log(np.maximum(probabilities, np.finfo(np.float64).tiny))


def powers(logs: np.ndarray, power: float) -> np.ndarray:
    """exp(power · logₖ) / Σⱼ exp(power · logⱼ) for each row."""
    import numpy as np

    scaled = power * logs
    p = np.exp(scaled - scaled.max(axis=1, keepdims=True))
    return p / p.sum(axis=1, keepdims=True)
