"""How a fit that has diverged is told of: which step, at which learning rate, and where the numbers went bad first."""

from __future__ import annotations

import numpy as np

from fitcli.autodiff.params import Layout
from fitcli.errors import DivergedError, Problem
from fitcli.spec import Spec


def diverged(spec: Spec, step: int, what: str) -> DivergedError:
    """The error for step number `step`, with what to type next."""
    optimizer = spec.fit.optimizer
    hint = f"a smaller rate, such as --set fit.optimizer.{optimizer.rate_key}={optimizer.lr / 10:.2g}"
    if spec.fit.on_divergence == "stop":
        hint += ", or --set fit.on_divergence=rollback"
    error = DivergedError(Problem(f"the fit diverged at step {step}: {what}", hint=hint))
    error.step = step
    return error


def first_bad(layout: Layout, name: str, array: np.ndarray) -> str | None:
    """The parameter that the first number of a flat vector that is not finite belongs to; None where all are.

    `name` is that of the vector, as a checkpoint has it; it is what is told of numbers between parameters.
    """
    finite = np.isfinite(array)
    if finite.all():
        return None
    at = int(np.argmin(finite))
    params = layout.state if name == "state" else layout.trained
    owner = next((p.name for p in params if layout.offsets[p] <= at < layout.offsets[p] + p.size), "")
    if name in ("parameters", "state"):
        return owner or name
    return f"{owner} ({name})" if owner and array.size == layout.size else name
