"""The losses of many runs in one picture: against the step, and against the time."""

from __future__ import annotations

import os
import warnings
from collections.abc import Sequence

import numpy as np

from fitcli.engine.atomic import write_atomic
from fitcli.engine.compare.runs import Run
from fitcli.engine.curves import GRID, TEXT
from fitcli.engine.plaintext import plain

_FEW = ("#1f6fb4", "#d1661b", "#3b8456", "#8e44ad", "#b3261e", "#7a5c3e", "#c2559d", "#6b7280", "#a89b0c", "#17a2b8")
_DASHES = ("-", (0, (5, 1.5)), (0, (1.5, 1.2)))
_POINTS = 30  # at most so many are marked
_LEGEND = 34  # letters of a name


def draw_comparison(runs: Sequence[Run], path: str | os.PathLike, title: str = "") -> None:
    """A PNG at `path`. The curves are smoothed; the legend is in the order of where they end."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    curves = sorted((curve for run in runs if (curve := _curve(run))), key=lambda c: _end(c[1]))
    height = max(4.4, 0.8 + 0.2 * len(curves))
    figure = Figure(figsize=(13, height), dpi=120, layout="constrained", facecolor="white")
    canvas = FigureCanvasAgg(figure)
    figure.suptitle(plain(title), fontsize=13, fontweight="bold", color=TEXT, parse_math=False)
    left, right = figure.subplots(1, 2, sharey=True)
    lengths = [len(loss) for _, loss, *_ in curves]
    for number, (name, loss, steps, seconds) in enumerate(curves):
        look = {
            "color": _color(number, len(curves)), "linestyle": _DASHES[number % 3 if len(curves) > len(_FEW) else 0],
            "linewidth": 1.5, "marker": "o" if len(loss) <= _POINTS else "", "markersize": 3,
        }  # fmt: skip
        left.plot(steps, loss, **look, label=name)
        right.plot(seconds, loss, **look)
    for axes, label in ((left, "step"), (right, "seconds of training")):
        axes.set_xlabel(label, fontsize=10, color=TEXT)
        axes.set_yscale("log")
        axes.yaxis.set_major_formatter(lambda y, _: f"{y:g}")
        axes.yaxis.set_minor_formatter(lambda y, _: f"{y:g}" if f"{y:e}"[0] in "235" else "")
        axes.tick_params(which="both", colors=TEXT, labelsize=8)
        axes.spines[["top", "right"]].set_visible(False)
        axes.grid(color=GRID, linewidth=0.8, which="both", axis="y")
        axes.grid(color=GRID, linewidth=0.8, axis="x")
        axes.set_axisbelow(True)
    if lengths and max(lengths) > 20 * min(lengths):  # full-batch steps beside thousands of small ones
        left.set_xscale("log")
    if curves:
        left.set_ylim(*_limits([loss for _, loss, *_ in curves]))
        figure.legend(*left.get_legend_handles_labels(), loc="outside right center", frameon=False, fontsize=8,
                      title="lowest loss first", title_fontsize=8, handlelength=3)  # fmt: skip
    left.set_ylabel("training loss", fontsize=10, color=TEXT)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing")  # a name in letters the font lacks
        write_atomic(path, lambda file: canvas.print_png(file))


def _curve(run: Run) -> tuple[str, np.ndarray, np.ndarray, np.ndarray] | None:
    """(name, smoothed loss, step, seconds) of a run that has a loss to show."""
    loss = np.array(run.losses, float)
    if not np.isfinite(loss).any():
        return None
    name = run.name if len(run.name) <= _LEGEND else "…" + run.name[1 - _LEGEND :]
    shown = _smooth(loss, len(loss) // 30) if len(loss) > _POINTS else loss
    told = _unparsed(name) + ("" if run.end else f" ({run.state})")
    return told, shown, np.array(run.steps), np.array(run.seconds)


def _smooth(loss: np.ndarray, reach: int) -> np.ndarray:
    """y_i = mean of the known x_j, i − r < j < i + r, with r = min(i, reach) + 1: no wider than what is past."""
    known = np.isfinite(loss)
    total = np.concatenate([[0.0], np.cumsum(np.where(known, loss, 0.0))])
    count = np.concatenate([[0], np.cumsum(known)])
    i = np.arange(len(loss))
    half = np.minimum(i, reach)
    low, high = i - half, np.minimum(i + half + 1, len(loss))
    number = count[high] - count[low]
    return np.where(number > 0, (total[high] - total[low]) / np.maximum(number, 1), np.nan)


def _unparsed(name: str) -> str:
    """No formula, no line break, and not left out of the legend, as matplotlib would do to names with `$` or `_`."""
    return ("\u2009" if name.startswith("_") else "") + plain(name).replace("$", r"\$")


def _end(loss: np.ndarray) -> float:
    return float(loss[np.isfinite(loss)][-1])


def _color(number: int, count: int):
    if count <= len(_FEW):
        return _FEW[number]
    from matplotlib import colormaps

    return colormaps["turbo"](0.05 + 0.9 * number / (count - 1))


def _limits(losses: list[np.ndarray]) -> tuple[float, float]:
    """From a little below the least to a little above where the runs began: beyond lies divergence."""
    known = [loss[np.isfinite(loss)] for loss in losses]
    low = max(min(float(loss.min()) for loss in known), 1e-12)
    top = 1.15 * float(np.median([loss[0] for loss in known]))
    return 0.9 * low, max(top, 1.5 * low)
