"""What the derivative says of a step, beside what the loss does.

The derivative of L at p is the linear map with L(p + Δp) ≈ L(p) + ⟨∇L(p), Δp⟩, the better the smaller Δp: the ratio of
the change of the loss to the change that is predicted goes to 1 as the learning rate goes to 0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fitcli.autodiff.program import Program
from fitcli.optim.point import dot, norm

if TYPE_CHECKING:
    from fitcli.engine.trainer import Trainer


class Prediction:
    """Around each step of a trainer; costs one more forward pass, and two copies of the parameters."""

    def __init__(self, trainer: Trainer):
        self.trainer = trainer
        self._programs: dict[int, Program] = {}

    def program(self, batch: int) -> Program:
        """Forward alone, in training mode, for batches of this size: the same draws for dropout and augmentation."""
        if batch not in self._programs:
            trainer = self.trainer
            setup = trainer.program(batch).setup
            self._programs[batch] = Program(
                trainer.model.graph, trainer.model.params, setup, train=True, clock=trainer.clock, back=False
            )
        return self._programs[batch]

    def begin(self, program: Program) -> None:
        """Before the step, the gradient known: remember it and where the parameters are."""
        moved = self._moved
        self._gradient = program.gradient[:moved].copy()
        self._start = self.trainer.model.params.vector[:moved].copy()

    def end(self, program: Program, loss: float) -> dict[str, float | None]:
        """After the step, the clock still at it; `loss` is that of the batch before.

        predicted_change = ⟨∇L(p), Δp⟩;  actual_change = L(p + Δp) − L(p) on the same batch;
        change_ratio = actual_change / predicted_change, None where nothing is predicted;
        update_ratio = ‖Δp‖ / ‖p‖, None where p = 0. ∇L is the gradient of the loss, before anything is done to it.
        """
        params = self.trainer.model.params
        step = params.vector[: self._moved] - self._start
        predicted, size = dot(self._gradient, step), norm(self._start)
        again = self.program(program.setup.batch)
        for node, array in program.inputs.items():
            again.inputs[node][...] = array
        statistics = params.state.copy()  # batch norm moves them in its forward pass
        again.forward()
        params.state[...] = statistics
        actual = float(again.losses.mean(dtype=np.float64)) - loss
        return {
            "predicted_change": predicted, "actual_change": actual,
            "change_ratio": actual / predicted if predicted else None, "update_ratio": norm(step) / size if size else None,
        }  # fmt: skip

    @property
    def _moved(self) -> int:
        return self.trainer.model.params.layout.moved
