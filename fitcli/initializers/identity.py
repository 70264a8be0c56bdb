"""Weights that hand on what they get."""

from __future__ import annotations

from dataclasses import dataclass

from fitcli.initializers import INITIALIZERS
from fitcli.initializers.base import Initializer


@INITIALIZERS.register("identity")
@dataclass(frozen=True)
class Identity(Initializer):
    """w[i, i] = gain, else 0: output i is input i. In a convolution at the window's centre. What is left over of the
    longer of inputs and outputs is 0."""

    gain: float = 1.0

    def values(self, rng, shape):
        import numpy as np

        w = np.zeros(shape)
        if len(shape) < 2:
            w[...] = self.gain
        else:
            centre = tuple((n - 1) // 2 for n in shape[:-2])
            w[centre] = self.gain * np.eye(*shape[-2:])
        return w
