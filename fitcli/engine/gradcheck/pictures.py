"""Pictures of a check: remainders against the step, and Jacobians."""

from __future__ import annotations

import os

import numpy as np

from fitcli.autodiff.check.jacobian import Jacobian
from fitcli.engine.atomic import write_atomic

COLORS, TEXT, GRID, FLOOR = ("#1f6fb4", "#d1661b", "#3b8456"), "#333333", "#e3e3e3", "#888888"
_PANELS = 12
_VERDICT_COLORS = {"CORRECT": "#2c7a45", "WRONG": "#b3261e", "KINK": "#9a6b00", "NOISE": "#9a6b00"}


def plot_check(result: dict, matrices: dict[str, Jacobian] | None, path: str | os.PathLike, title: str = "") -> None:
    """What a check has to show: the largest Jacobian where there are any, else the remainders."""
    if matrices:
        name = max(matrices, key=lambda name: matrices[name].push.size)
        draw_jacobian(name, matrices[name], path)
    else:
        draw_remainders(result, path, title)


def draw_remainders(result: dict, path: str | os.PathLike, title: str = "") -> None:
    """R₀, R₁, R₂ of the whole model and of its layers, log–log, with the fitted slopes; the worst verdicts first."""
    rows = [*([result["loss"]] if "loss" in result else []), *result["layers"]]
    rows = sorted((r for r in rows if "" in r["remainders"]), key=lambda r: r["verdict"] == "CORRECT")[:_PANELS]
    columns = min(4, max(1, len(rows)))
    lines = max(1, -(-len(rows) // columns))
    figure, canvas = _figure(3.5 * columns, 2.9 * lines + 0.7)
    figure.suptitle(title or "What Taylor's polynomial leaves over", fontsize=13, fontweight="bold", color=TEXT)
    panels = figure.subplots(lines, columns, squeeze=False)
    for axes, row in zip(panels.flat, rows, strict=False):
        _draw_row(axes, row)
    for axes in panels.flat[len(rows) :]:
        axes.set_axis_off()
    for axes in panels[:, 0]:
        axes.set_ylabel("remainder", fontsize=9, color=TEXT)
    write_atomic(path, lambda file: canvas.print_png(file))


def _figure(width: float, height: float):
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), dpi=120, layout="constrained", facecolor="white")
    return figure, FigureCanvasAgg(figure)


def _draw_row(axes, row: dict) -> None:
    found = row["remainders"][""]
    h = np.array(found["h"])
    for k, color in enumerate(COLORS):
        values = np.array(found[f"r{k}"])
        shown = values > 0
        slope = row["order"][k]
        label = f"$R_{k}$  " + ("exact" if slope == "exact" else "" if slope is None else f"slope {_number(slope)}")
        if shown.any():
            axes.plot(h[shown], values[shown], color=color, marker="o", markersize=3, linewidth=1.4, label=label)
    axes.axhline(found["floor"], color=FLOOR, linewidth=1, linestyle=(0, (4, 3)), label="rounding")
    axes.set(xscale="log", yscale="log")
    axes.set_title(row["name"], fontsize=9, loc="left", color=TEXT, parse_math=False)
    axes.set_title(row["verdict"], fontsize=8, loc="right", color=_VERDICT_COLORS.get(row["verdict"], TEXT))
    axes.set_xlabel("step h", fontsize=8, color=TEXT)
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(color=GRID, linewidth=0.7)
    axes.set_axisbelow(True)
    axes.tick_params(labelsize=7, colors=TEXT)
    axes.legend(frameon=False, fontsize=7, loc="upper left")


def _number(slope: float | str) -> str:
    return slope if isinstance(slope, str) else f"{slope:.2f}"


def draw_jacobian(name: str, j: Jacobian, path: str | os.PathLike) -> None:
    """The matrix, and how far pull back and differences are from push forward, entry by entry."""
    figure, canvas = _figure(12, 4.6)
    figure.suptitle(f"Jacobian of {name}: {j.push.shape[0]} × {j.push.shape[1]}", fontsize=13, fontweight="bold",
                    color=TEXT, parse_math=False)  # fmt: skip
    size = float(np.abs(j.push).max(initial=0)) or 1.0
    panels = figure.subplots(1, 3)
    first = panels[0].imshow(j.push, cmap="RdBu_r", vmin=-size, vmax=size, aspect="auto", interpolation="nearest")
    figure.colorbar(first, ax=panels[0], fraction=0.05).ax.tick_params(labelsize=7)
    panels[0].set_title("push forward", fontsize=10, loc="left", color=TEXT)
    for axes, other, title in (
        (panels[1], j.pull, "| push − pull |"),
        (panels[2], j.differences, "| push − differences |"),
    ):
        gap = np.log10(np.maximum(np.abs(j.push - other) / size, 1e-18))
        shown = axes.imshow(gap, cmap="viridis", vmin=-18, vmax=0, aspect="auto", interpolation="nearest")
        bar = figure.colorbar(shown, ax=axes, fraction=0.05, ticks=[-18, -12, -6, 0])
        bar.ax.set_yticklabels(["0", "1e−12", "1e−6", "1"], fontsize=7)
        axes.set_title(title, fontsize=10, loc="left", color=TEXT)
    edges = np.cumsum([width for _, width in j.blocks])
    for axes in panels:
        for edge in edges[:-1]:
            axes.axvline(edge - 0.5, color=FLOOR, linewidth=0.7)
        axes.set_xlabel("input number", fontsize=8, color=TEXT)
        axes.tick_params(labelsize=7, colors=TEXT)
    panels[0].set_ylabel("output number", fontsize=8, color=TEXT)
    write_atomic(path, lambda file: canvas.print_png(file))
