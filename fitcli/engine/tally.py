"""What a step tells of itself, read off its program in one compiled call: little, but between any two steps."""

from __future__ import annotations

from math import sqrt

import numpy as np

from fitcli.autodiff.program import Program
from fitcli.kernels.kernel import kernel
from fitcli.kernels.lazy import inner


@inner(fastmath=False)
def total(found, losses, squares):
    """found[:2] = [mean loss, √ Σ squares]."""
    loss, square = 0.0, 0.0
    for n in range(losses.size):
        loss += losses[n]
    for w in range(squares.size):
        square += squares[w]
    found[0], found[1] = loss / losses.size, sqrt(square)


@kernel(exact=True)
def tally(found, losses, squares, outputs, labels):
    """found = [mean loss, √ Σ squares, outputs whose largest number (the first such) is that of the label]."""
    total(found, losses, squares)
    right = 0
    for n in range(outputs.shape[0]):
        best = 0
        for k in range(1, outputs.shape[1]):
            if outputs[n, k] > outputs[n, best]:
                best = k
        right += best == labels[n]
    found[2] = right


@kernel(exact=True)
def tally_rows(found, losses, squares, outputs, labels):
    """The same of images of several classes: right where the outputs from 0 on are just those of the label's ones."""
    total(found, losses, squares)
    right = 0
    for n in range(outputs.shape[0]):
        wrong = 0
        for k in range(outputs.shape[1]):
            wrong += (outputs[n, k] >= 0) != (labels[n, k] != 0)
        right += wrong == 0
    found[2] = right


class Tally:
    """Bound to a training program and the array of its labels, int64 [N] or uint8 [N, K]."""

    def __init__(self, program: Program, labels: np.ndarray):
        self._found = np.zeros(3)
        count = tally if labels.ndim == 1 else tally_rows
        self._count = count.bind(self._found, program.losses, program.squares[: program.workers], program.outputs, labels)

    def read(self) -> tuple[float, float, int]:
        """(mean loss, gradient norm, right answers) of the last batch."""
        self._count()
        loss, norm, right = self._found.tolist()
        return loss, norm, int(right)
