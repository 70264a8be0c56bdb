"""Outputs of a model for many images: the evaluation program, a batch at a time."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from fitcli.autodiff.program import Program
from fitcli.autodiff.setup import Setup
from fitcli.engine.temperature import read, reader_of
from fitcli.engine.threads import microbatch_for, workers_for
from fitcli.model import Model

BATCH = 64


class Evaluator:
    """`refresh()` after the parameters have changed; then `outputs` and `losses`."""

    def __init__(self, model: Model, threads: int | None = None, batch: int = BATCH):
        self.model = model
        graph = model.graph
        workers = workers_for(graph, batch, threads, passes=1)
        setup = Setup(batch, workers, microbatch_for(graph, back=False))
        self.program = Program(graph, model.params, setup, train=False, clock=np.zeros(2, np.int64))
        self._answers = np.zeros((batch, len(model.classes)))  # of a batch: outputs, and then their probabilities
        self._read = reader_of(model, self._answers)
        self._fresh = False

    def refresh(self) -> None:
        self._fresh = False

    def batches(self, images: np.ndarray, labels: np.ndarray | None = None) -> Iterator[tuple[slice, np.ndarray, np.ndarray]]:
        """(which images, outputs [n, classes], losses [n]) batch after batch; losses need labels.

        The last batch is filled up with what the one before left there, so one program serves any number of images
        and the result for an image does not depend on the others.
        """
        program = self.program
        if not self._fresh:
            program.prepare()
            self._fresh = True
        pixels = program.inputs[self.model.pixels]
        targets = program.inputs[self.model.labels]
        for start in range(0, len(images), len(pixels)):
            at = slice(start, min(start + len(pixels), len(images)))
            n = at.stop - at.start
            pixels[:n] = images[at]
            if labels is None:
                program.answer()
            else:
                targets[:n] = labels[at]
                program.evaluate()
            yield at, program.outputs[:n], program.losses[:n]

    def probabilities(self, images: np.ndarray) -> np.ndarray:
        """float64 [N, classes], rows that sum to 1 where there is one class an image."""
        found = np.empty((len(images), len(self.model.classes)))
        for at, outputs, _ in self.batches(images):
            answers = self._answers[: len(outputs)]
            answers[...] = outputs
            self._read()
            found[at] = answers
        return found

    def read(self, outputs: np.ndarray) -> np.ndarray:
        """The probabilities that outputs [N, classes] stand for, at the model's temperature."""
        return read(self.model, outputs)

    def outputs(self, images: np.ndarray, labels: np.ndarray) -> tuple[float, np.ndarray]:
        """(mean loss, outputs float32 [N, classes])."""
        total, found = 0.0, np.empty((len(images), len(self.model.classes)), np.float32)
        for at, outputs, losses in self.batches(images, labels):
            total += float(losses.sum(dtype=np.float64))
            found[at] = outputs
        return total / max(1, len(images)), found
