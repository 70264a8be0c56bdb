"""Arrays for the time of a few kernels."""

from __future__ import annotations

import numpy as np

from fitcli.kernels import recording
from fitcli.kernels.recording import Ref


def workspace(shape: tuple[int, ...], dtype) -> np.ndarray | Ref:
    """An array whose values are not set: placed in the arena where the kernels on it are recorded."""
    return Ref.new(shape, dtype) if recording.current() else np.empty(shape, dtype)
