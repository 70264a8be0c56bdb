"""The derivative without a step size: df(d) = Im f(v + i h d) / h with h = 1e-200 (Squire & Trapp, Using complex variables
to estimate derivatives of real functions, 1998).

Nothing is subtracted, so nothing cancels, and h² is 0: what is left is rounding, some 1e-16. Branches read the real part.
"""

from __future__ import annotations

import warnings

import numpy as np

from fitcli.autodiff.check.function import Function
from fitcli.autodiff.check.interpreted import Interpreter
from fitcli.autodiff.check.vectors import Vector, filled
from fitcli.autodiff.eager import Eager
from fitcli.kernels.recording import recording

H = 1e-200


def complex_step(f: Function, v: Vector, d: Vector) -> np.ndarray:
    """df(d) at v from the values of f alone; Uninterpretable where a kernel of f has no complex numbers."""
    d = filled(d, v)
    z = {k: v[k] + 1j * H * d[k] for k in v}
    weights = {p: z[name] for name, p in f.params.items()} | {p: a.astype(np.complex128) for p, a in f.fixed_state.items()}
    eager = Eager(f.graph, weights, np.complex128, seed=f.seed)
    with recording(Interpreter()), warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # of infinities that kernels begin a maximum with
        tape = eager.forward({node: z[name] for name, node in f.inputs.items()} | f.fixed)
    return np.imag(tape.value[f.graph.nodes[-1]]) / H
