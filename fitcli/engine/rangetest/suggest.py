"""What a sweep says about the rate to take."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, sqrt

import numpy as np

from fitcli.engine.curves import smooth
from fitcli.engine.rangetest.sweep import Sweep

_REACH = 0.25  # of a decade to both sides: what is averaged
_SPAN = 0.75  # of a decade to both sides: what a slope is taken over
_FALLEN = 0.02  # of the loss at first: a fall of less is noise


@dataclass(frozen=True, eq=False)
class Reading:
    """The smoothed losses, and the rates at which something happens; None where it does not happen.

    steepest    the smoothed loss falls fastest, per decade of the rate
    lowest      the smoothed loss is least
    diverges    above `lowest`, half of the fall is lost again, or the sweep had to end
    suggestion  midway between `steepest` and `lowest` on the logarithmic axis, but at most a tenth of `diverges`
    """

    smoothed: np.ndarray
    steepest: float | None = None
    lowest: float | None = None
    diverges: float | None = None
    suggestion: float | None = None


def read_sweep(sweep: Sweep) -> Reading:
    """Smith looks for the rates between which the loss falls; the steepest descent lies in their midst."""
    rates, losses = sweep.rates, sweep.losses
    decades = np.log10(rates)
    per_decade = (len(rates) - 1) / max(decades[-1] - decades[0], 1e-9)
    y = smooth(losses, max(1, round(_REACH * per_decade)))
    low = int(np.argmin(y))
    diverges = _first(y[low:] > (y[0] + y[low]) / 2, rates[low:], bool(sweep.stopped))
    if low < 2 or y[low] > (1 - _FALLEN) * y[0]:
        return Reading(y, diverges=diverges)
    steepest = float(rates[int(np.argmin(_slopes(decades, losses, max(2, round(_SPAN * per_decade)))[: low + 1]))])
    lowest = float(rates[low])
    suggestion = min(sqrt(steepest * lowest), diverges / 10 if diverges else inf)
    return Reading(y, steepest, lowest, diverges, suggestion)


def _slopes(x: np.ndarray, y: np.ndarray, reach: int) -> np.ndarray:
    """At each point the slope of the line through its neighbours, by least squares; 0 where a side has too few.

    The losses of two batches differ by more than a small step of the rate changes them: neighbours alone would find
    the steepest place in the noise.
    """
    slopes = np.zeros(len(x))
    for i in range(reach // 2, len(x) - reach // 2):
        near = slice(max(0, i - reach), i + reach + 1)
        slopes[i] = np.polyfit(x[near], y[near], 1)[0] if len(x[near]) > 1 else 0.0
    return slopes


def _first(above: np.ndarray, rates: np.ndarray, stopped: bool) -> float | None:
    if above.any():
        return float(rates[int(np.argmax(above))])
    return float(rates[-1]) if stopped else None
