"""The confusion matrix and the reliability diagram of a model in one picture."""

from __future__ import annotations

import os
import warnings

import numpy as np

from fitcli.engine.atomic import write_atomic
from fitcli.engine.curves import GRID, TEXT, TRAIN, VAL
from fitcli.engine.plaintext import plain

_NUMBERS = 20  # classes whose counts are written into the matrix
_NAMES = 60  # classes that are named
_LETTERS = 18


def draw_evaluation(result: dict, path: str | os.PathLike, title: str = "") -> None:
    """A PNG at `path` from what `evaluate` tells."""
    from matplotlib.figure import Figure

    count = len(result["classes"])
    side = min(16.0, max(5.2, 2.2 + 0.42 * min(count, _NAMES)))
    figure = Figure(figsize=(side + 6.0, side), dpi=110, layout="constrained", facecolor="white")
    figure.suptitle(title, fontsize=13, fontweight="bold", color=TEXT, parse_math=False)
    grid = figure.add_gridspec(2, 2, width_ratios=(side, 5.6), height_ratios=(5, 1))
    upper = figure.add_subplot(grid[0, 1])
    _draw_matrix(figure, figure.add_subplot(grid[:, 0]), np.array(result["confusion"]), result["classes"])
    draw_reliability(upper, result, "of these right, %")
    told = "probability of the predicted class, %"
    draw_counts(figure.add_subplot(grid[1, 1], sharex=upper), result["reliability"], told, "images")
    finish(figure, path)


def finish(figure, path: str | os.PathLike) -> None:
    """Write the figure to `path`."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    canvas = FigureCanvasAgg(figure)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing")  # a name in letters the font lacks
        figure.draw_without_rendering()  # once more than printing does: long names move what the first found room for
        write_atomic(path, lambda file: canvas.print_png(file))


def short_name(name: str) -> str:
    name = plain(name)
    return name if len(name) <= _LETTERS else name[: _LETTERS - 1] + "…"


def _draw_matrix(figure, axes, confusion: np.ndarray, classes: list[str]) -> None:
    """Colours are shares of the true class, so that rare classes are seen; numbers are images."""
    total = confusion.sum(axis=1, keepdims=True)
    share = np.divide(confusion, total, out=np.zeros(confusion.shape), where=total > 0)
    image = axes.imshow(100 * share, cmap="Blues", vmin=0, vmax=100, interpolation="nearest")
    axes.set_title("which class is taken for which", fontsize=10, loc="left", color=TEXT)
    axes.set_xlabel("predicted", fontsize=9, color=TEXT)
    axes.set_ylabel("true", fontsize=9, color=TEXT)
    axes.spines[:].set_visible(False)
    axes.tick_params(colors=TEXT, labelsize=8, length=0)
    if len(classes) <= _NAMES:
        names = [short_name(name) for name in classes]
        at = range(len(classes))
        axes.set_xticks(at, names, rotation=45, ha="right", rotation_mode="anchor", parse_math=False)
        axes.set_yticks(at, names, parse_math=False)
    if len(classes) <= _NUMBERS:
        for (i, j), number in np.ndenumerate(confusion):
            if number:
                axes.text(j, i, f"{number:,}", ha="center", va="center", fontsize=8,
                          color="white" if share[i, j] > 0.55 else TEXT)  # fmt: skip
    bar = figure.colorbar(image, ax=axes, shrink=0.8, pad=0.02)
    bar.set_label("% of the true class", fontsize=8, color=TEXT)
    bar.ax.tick_params(colors=TEXT, labelsize=8)
    bar.outline.set_visible(False)


def draw_reliability(axes, result: dict, what: str) -> None:
    """A bar that ends below the diagonal is of answers that are less often right than they say."""
    low, width, rows = _bins(result["reliability"])
    axes.bar(low, [100 * row["accuracy"] for row in rows], width, align="edge", color=TRAIN, alpha=0.75,
             edgecolor="white", label="as it is")  # fmt: skip
    axes.plot([0, 100], [0, 100], color=VAL, linewidth=1.4, linestyle=(0, (4, 3)), label="as it should be")
    axes.set(xlim=(0, 100), ylim=(0, 100))
    axes.set_title(f"how far probabilities are to be trusted (off by {100 * result['ece']:.1f} %)", fontsize=10,
                   loc="left", color=TEXT)  # fmt: skip
    axes.set_ylabel(what, fontsize=9, color=TEXT)
    axes.tick_params(labelbottom=False)
    axes.legend(frameon=False, fontsize=8, loc="upper left")
    dress(axes)


def draw_counts(axes, rows: list[dict], x: str, y: str) -> None:
    low, width, rows = _bins(rows)
    axes.bar(low, [row["images"] for row in rows], width, align="edge", color=TEXT, alpha=0.55, edgecolor="white")
    axes.set_xlabel(x, fontsize=9, color=TEXT)
    axes.set_ylabel(y, fontsize=9, color=TEXT)
    dress(axes)


def _bins(rows: list[dict]) -> tuple[list[float], list[float], list[dict]]:
    return [100 * row["low"] for row in rows], [100 * (row["high"] - row["low"]) for row in rows], rows


def dress(axes) -> None:
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(color=GRID, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(colors=TEXT, labelsize=8)
