"""The picture of a range test: loss against rate, and what is read off it."""

from __future__ import annotations

import os

import numpy as np

from fitcli.engine.atomic import write_atomic
from fitcli.engine.curves import GRID, RATE, TEXT, TRAIN, VAL

_FAINT = "#888888"


def draw_sweep(result: dict, path: str | os.PathLike, title: str = "") -> None:
    """Draw the result of `range_test` as a PNG at `path`."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8, 4.6), dpi=120, layout="constrained", facecolor="white")
    canvas = FigureCanvasAgg(figure)
    axes = figure.subplots()
    rates, losses, smoothed = (np.array(result[key]) for key in ("rates", "losses", "smoothed"))
    axes.plot(rates, losses, color=TRAIN, alpha=0.3, linewidth=0.9, label="loss of each step")
    axes.plot(rates, smoothed, color=TRAIN, linewidth=2.2, label="smoothed")
    axes.set_xscale("log")
    axes.set_ylim(*_limits(smoothed))
    for key, name, color, style in (
        ("steepest", "steepest descent", RATE, (0, (1, 2))), ("diverges", "diverges", VAL, (0, (1, 2))),
        ("suggestion", "suggestion", RATE, "-"),
    ):  # fmt: skip
        if result[key] is not None:
            axes.axvline(result[key], color=color, linestyle=style, linewidth=1.6, label=f"{name}: {result[key]:.2g}")
    if result["lowest"] is not None:
        least = float(smoothed.min())
        axes.plot(result["lowest"], least, "o", color=VAL, markersize=6, label=f"lowest: {least:.3g} at {result['lowest']:.2g}")
    axes.set_title(title, fontsize=12, fontweight="bold", loc="left", color=TEXT, parse_math=False)
    axes.set_title(f"{result['optimizer']}, batches of {result['batch']:,}", fontsize=9, loc="right", color=_FAINT)
    axes.set_xlabel("learning rate", fontsize=10, color=TEXT)
    axes.set_ylabel("loss", fontsize=10, color=TEXT)
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(color=GRID, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(colors=TEXT, labelsize=9)
    axes.legend(frameon=False, fontsize=9, loc="best")
    write_atomic(path, lambda file: canvas.print_png(file))


def _limits(smoothed: np.ndarray) -> tuple[float, float]:
    """From the least to a little above where it began: what lies beyond is divergence, and would flatten the rest."""
    low, top = float(smoothed.min()), 1.5 * float(smoothed[0])
    top = min(max(top, low + 1e-9), max(float(smoothed.max()) * 1.05, low + 1e-9))
    return low - 0.08 * (top - low), top + 0.02 * (top - low)
