"""Looks at every step of a fit, and says once what is wrong with it.

    exploding       the gradient norm is 100 times its average of late, or that average 1,000 times its least so far,
                    while the loss is more than twice what it was at first
    critical_point  the gradient norm is below 1e-5 of the loss, for a twentieth of all steps (3 to 10), while the loss
                    is between a twentieth and twice of what it was at first
    stuck           over a fifth of all steps (10 to 100, the first ones left out) the loss is that of the best constant
                    answer, ln K (of several classes an image the mean of their entropies), from 1 % below to 5 % above,
                    and no more images are right than by chance
    dead_units      a ReLU layer is 0 for every image, or nine tenths of its units are: looked at after epochs 1, 2, 4,
                    8, ... and when one of the two above is told

A look takes numbers that are there anyway. What it remembers is a plain dict, kept with the fit's progress.
"""

from __future__ import annotations

from math import inf, log, sqrt

import numpy as np

from fitcli.data.dataset import Dataset
from fitcli.engine.advice.dead import relu_layers
from fitcli.engine.advice.guess import best_answers, best_guess
from fitcli.engine.advice.words import critical_point, dead_units, exploding, stuck
from fitcli.engine.trainer import Step, Trainer

JUMP, CLIMB, RISEN = log(100), log(1000), 2.0
FLAT, UNSOLVED = 1e-5, 0.05
BELOW, ABOVE, DEVIATIONS = 0.99, 1.05, 3.0
DEAD = 0.9
_KEEP = 0.95  # of the average of ln ‖∇L‖, a step
_SETTLED = 5  # steps before that average says something


class Adviser:
    """Of a fit of `steps` steps, `per_epoch` of them in an epoch."""

    def __init__(self, trainer: Trainer, train: Dataset, steps: int, per_epoch: int):
        self.trainer, self.per_epoch = trainer, per_epoch
        spec, counts = trainer.model.spec, train.counts()
        seen = np.sign(counts) if spec.fit.sampler == "balanced" else counts
        self.guess = best_answers(spec.loss, train.labels) if train.multilabel else best_guess(spec.loss, seen.tolist())
        self.window = min(100, max(10, steps // 5))
        self.patience = min(10, max(3, steps // 20))

    def look(self, state: dict, step: Step, images: np.ndarray) -> list[dict]:
        """After a step on these images: the warnings that are new, as events. `state` is {} at first."""
        if "first" not in state:
            fresh = {"first": step.loss, "norm": None, "least": inf, "flat": 0, "loss": 0.0, "right": 0, "images": 0}
            state.update(fresh | {"told": state.get("told", [])})
        number, new = self.trainer.step, []
        explodes, flat = self._explodes(state, step, number), self._is_flat(state, step)
        still = self._is_stuck(state, step, len(images), number)
        if explodes or flat or still:
            new = self._said(state, step, explodes, flat, still)
        elif number % self.per_epoch:
            return new
        if self._is_time(number) or any(warning["kind"] != "exploding" for warning in new):
            new += self._dead(state, images)
        state["told"] += [warning["kind"] for warning in new]
        epoch = -(-number // self.per_epoch)
        return [{"event": "warning", "step": number, "epoch": epoch} | warning for warning in new]

    def _said(self, state: dict, step: Step, explodes: bool, flat: bool, still: bool) -> list[dict]:
        spec = self.trainer.model.spec
        found = [
            exploding(spec, step) if explodes else None,
            critical_point(step) if flat else None,
            stuck(spec, self.guess, state) if still else None,
        ]
        return [warning for warning in found if warning and warning["kind"] not in state["told"]]

    def _explodes(self, state: dict, step: Step, number: int) -> bool:
        size, before = log(max(step.gradient_norm, 1e-30)), state["norm"]
        state["norm"] = size if before is None else _KEEP * before + (1 - _KEEP) * size
        if before is None or number <= _SETTLED:
            return False
        state["least"] = min(state["least"], before)
        grown = size - before > JUMP or state["norm"] - state["least"] > CLIMB
        return grown and step.loss > RISEN * state["first"]

    def _is_flat(self, state: dict, step: Step) -> bool:
        flat = step.gradient_norm < FLAT * step.loss and UNSOLVED * state["first"] < step.loss < RISEN * state["first"]
        state["flat"] = state["flat"] + 1 if flat else 0
        return state["flat"] >= self.patience

    def _is_stuck(self, state: dict, step: Step, images: int, number: int) -> bool:
        if number % self.window == 1:
            state.update(loss=0.0, right=0, images=0)
        state["loss"] += step.loss * images
        state["right"] += step.correct
        state["images"] += images
        if not self.guess or number % self.window or number == self.window:
            return False
        seen, share = state["images"], self.guess.share
        chance = share + DEVIATIONS * sqrt(share * (1 - share) / seen)
        return BELOW <= state["loss"] / seen / self.guess.loss <= ABOVE and state["right"] / seen <= chance

    def _is_time(self, number: int) -> bool:
        epoch, within = divmod(number, self.per_epoch)
        return within == 0 and epoch & (epoch - 1) == 0

    def _dead(self, state: dict, images: np.ndarray) -> list[dict]:
        if "dead_units" in state["told"]:
            return []
        layers = relu_layers(self.trainer.model, images)
        bad = [layer for layer in layers if layer.dead >= DEAD * layer.units]
        return [dead_units(self.trainer.model.spec, bad)] if bad else []
