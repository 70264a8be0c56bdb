"""P(class) of a trained network as a function of the image's grey levels, in float64, with its derivative."""

from __future__ import annotations

from collections.abc import Callable
from math import prod

import numpy as np

from fitcli.autodiff.check.function import behind
from fitcli.autodiff.eager import Eager
from fitcli.engine.linearize.still import still
from fitcli.engine.temperature import read
from fitcli.model import Model

_NUMBERS = 4_000_000  # of one layer at a time
_STEP = 1e-3


class Probability:
    """x [n, H, W, C] in grey levels of 0 to 255, any real numbers → P(class) [n], at the model's temperature."""

    def __init__(self, model: Model, number: int):
        graph = model.graph
        first = next(node for node in graph.nodes if model.pixels in node.inputs)
        self.graph = still(behind(graph, first, graph.output, "image"))
        weights = {p: model.params.by_name[p.name].astype(np.float64) for p in self.graph.params}
        self.model, self.number, self.eager = model, number, Eager(self.graph, weights)
        (self.image,) = self.graph.inputs

    def __call__(self, x: np.ndarray) -> np.ndarray:
        return self.all(x)[:, self.number]

    def all(self, x: np.ndarray) -> np.ndarray:
        """P of every class [n, classes]."""
        chunk = max(1, _NUMBERS // max(prod(node.shape) for node in self.graph.nodes))
        parts = [self._tape(x[i : i + chunk]).value[self.graph.output] for i in range(0, len(x), chunk)]
        return read(self.model, np.concatenate(parts))

    def gradient(self, x: np.ndarray) -> np.ndarray:
        """∇P at one image [H, W, C], per grey level."""
        tape = self._tape(x[None])
        outputs = tape.value[self.graph.output]
        inner = [five_points(lambda t, e=e: self._read(outputs + t * e)[0]) for e in np.eye(outputs.shape[1])]
        pulled, _ = self.eager.pull_back(tape, np.array([inner]))
        return pulled[self.image][0] / self._unit

    def tangent(self, x: np.ndarray, d: np.ndarray) -> float:
        """dP(d) at one image, pushed forward."""
        tape = self._tape(x[None])
        nothing = {p: np.zeros(p.shape) for p in self.graph.params if p.trained}
        y_dot = self.eager.push_forward(tape, {self.image: d[None] / self._unit}, nothing)
        outputs, size = tape.value[self.graph.output], float(np.abs(y_dot).max()) or 1.0
        return size * five_points(lambda t: self._read(outputs + t / size * y_dot)[0])

    @property
    def _unit(self) -> np.ndarray:
        """Grey levels of one unit of what the network sees, by channels."""
        return 255 * np.array(self.model.normalization.std)

    def _tape(self, x: np.ndarray):
        return self.eager.forward({self.image: (x - 255 * np.array(self.model.normalization.mean)) / self._unit})

    def _read(self, outputs: np.ndarray) -> np.ndarray:
        return read(self.model, outputs)[:, self.number]


def five_points(f: Callable[[float], float], h: float = _STEP) -> float:
    """f'(0) to h⁴: from the network's few outputs to P there is nothing but a smooth formula."""
    return float(8 * (f(h) - f(-h)) - (f(2 * h) - f(-2 * h))) / (12 * h)
