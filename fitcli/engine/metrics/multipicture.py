"""Scores of each class and the reliability diagram of a model for images of several classes, in one picture."""

from __future__ import annotations

import os

from fitcli.engine.curves import GRID, RATE, TEXT, TRAIN, VAL
from fitcli.engine.metrics.picture import draw_counts, draw_reliability, dress, finish, short_name

_MOST = 60  # classes that are shown, the most frequent
_MEASURES = (("precision", "precision", TRAIN), ("recall", "recall", VAL), ("average_precision", "average precision", RATE))


def draw_multilabel(result: dict, path: str | os.PathLike, title: str = "") -> None:
    """A PNG at `path` from what `evaluate` tells."""
    from matplotlib.figure import Figure

    rows = sorted(result["per_class"].items(), key=lambda item: -item[1]["images"])[:_MOST]
    height = min(20.0, max(5.2, 1.6 + 0.42 * len(rows)))
    figure = Figure(figsize=(14.0, height), dpi=110, layout="constrained", facecolor="white")
    figure.suptitle(title, fontsize=13, fontweight="bold", color=TEXT, parse_math=False)
    grid = figure.add_gridspec(2, 3, width_ratios=(5.4, 2.4, 5.6), height_ratios=(5, 1))
    scores = figure.add_subplot(grid[:, 0])
    images = figure.add_subplot(grid[:, 1], sharey=scores)
    _draw_scores(scores, rows, result)
    _draw_images(images, rows)
    for axes in (scores, images):  # half an inch below, however high the picture is
        axes.legend(frameon=False, fontsize=8, loc="upper center", bbox_to_anchor=(0.5, -0.5 / (height - 1.2)), ncols=3)
    upper = figure.add_subplot(grid[0, 2])
    draw_reliability(upper, result, "of these there, %")
    draw_counts(figure.add_subplot(grid[1, 2], sharex=upper), result["reliability"], "probability of a class, %", "answers")
    finish(figure, path)


def _draw_scores(axes, rows: list[tuple[str, dict]], result: dict) -> None:
    for at, (_, own) in enumerate(rows):
        known = [own[key] for key, *_ in _MEASURES if own[key] is not None]
        if known:
            axes.plot([100 * min(known), 100 * max(known)], [at, at], color=GRID, linewidth=4, zorder=1)
    for key, label, color in _MEASURES:
        points = [(100 * own[key], at) for at, (_, own) in enumerate(rows) if own[key] is not None]
        axes.scatter(*zip(*points, strict=True) if points else ([], []), s=36, color=color, label=label, zorder=2)
    axes.set(xlim=(-2, 102), ylim=(len(rows) - 0.5, -0.5))
    axes.set_yticks(range(len(rows)), [short_name(name) for name, _ in rows], parse_math=False)
    yes = "" if result["threshold"] == 0.5 else f" (yes from {result['threshold']:g} on)"
    axes.set_title(f"how well each class is found{yes}", fontsize=10, loc="left", color=TEXT)
    axes.set_xlabel("%", fontsize=9, color=TEXT)
    dress(axes)


def _draw_images(axes, rows: list[tuple[str, dict]]) -> None:
    """True and predicted beside each other: a class that is named too often or too seldom is seen at once."""
    at = range(len(rows))
    axes.barh([a - 0.2 for a in at], [own["images"] for _, own in rows], 0.36, color=TEXT, alpha=0.75, label="true")
    axes.barh([a + 0.2 for a in at], [own["predicted"] for _, own in rows], 0.36, color=TEXT, alpha=0.3, label="predicted")
    axes.set_title("images of it", fontsize=10, loc="left", color=TEXT)
    axes.tick_params(labelleft=False)
    axes.set_xlabel("images", fontsize=9, color=TEXT)
    dress(axes)
