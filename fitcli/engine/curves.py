"""curves.png: the loss of every step, losses and accuracy of every epoch, and the learning rate."""

from __future__ import annotations

import os
import shlex
import warnings
from pathlib import Path

import numpy as np

from fitcli.engine.atomic import write_atomic
from fitcli.engine.better import best_of
from fitcli.engine.plaintext import plain
from fitcli.errors import FitcliError

_MORE = (("val_f1", "F1, mean over classes", "#3b8456"), ("val_map", "mean average precision", "#8e44ad"))  # multi-label
TRAIN, VAL, RATE, TEXT, GRID = "#1f6fb4", "#d1661b", "#3b8456", "#333333", "#e3e3e3"


def draw_curves(log_events: list[dict], path: str | os.PathLike) -> None:
    """Draw what the events of a log tell, as a PNG at `path`. The title is the name of the folder it lies in."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    steps = [event for event in log_events if event.get("event") == "step"]
    epochs = [event for event in log_events if event.get("event") == "epoch"]
    panels = [_draw_step_loss, _draw_epoch_loss]
    if np.isfinite(_column(epochs, "val_accuracy")).any():
        panels.append(_draw_accuracy)
    panels.append(_draw_rate)
    if np.isfinite(_column(steps, "change_ratio")).any():
        panels.append(_draw_prediction)

    rows, columns = {3: (1, 3), 4: (2, 2)}.get(len(panels), (2, 3))
    width, height = 4.6 * columns, 3.2 * rows + 0.4
    figure = Figure(figsize=(width, height), dpi=120, facecolor="white")
    # margins in inches: matplotlib's own search for them takes as long as the drawing
    figure.subplots_adjust(
        left=0.65 / width, right=1 - 0.2 / width, bottom=0.55 / height, top=1 - 0.75 / height, wspace=0.18, hspace=0.36
    )
    canvas = FigureCanvasAgg(figure)
    name = Path(path).resolve().parent.name
    figure.suptitle(plain(name), fontsize=13, fontweight="bold", color=TEXT, parse_math=False)
    places = np.ravel(figure.subplots(rows, columns))
    for axes in places[len(panels) :]:
        figure.delaxes(axes)
    for draw, axes in zip(panels, places, strict=False):
        axes.spines[["top", "right"]].set_visible(False)
        draw(axes, steps, epochs)
        if axes.lines:
            axes.grid(color=GRID, linewidth=0.8)
            axes.set_axisbelow(True)
            axes.tick_params(colors=TEXT, labelsize=8)
            axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=8, min_n_ticks=1, steps=[1, 2, 5, 10]))
        else:
            axes.set(xticks=[], yticks=[])
            axes.text(0.5, 0.5, "no numbers", transform=axes.transAxes, ha="center", color=TEXT)
        if axes.get_legend_handles_labels()[0]:
            axes.legend(frameon=False, fontsize=8)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing")  # a name in letters the font lacks
        write_atomic(path, lambda file: canvas.print_png(file))


def undrawn_event(path: Path, error: Exception) -> dict:
    """The warning that there is no picture at `path`, and why; not logged, since the disk may be full."""
    reason = str(error.problems[0].message) if isinstance(error, FitcliError) else f"{type(error).__name__}: {error}"
    message = reason if str(path) in reason else f"cannot draw {path}: {reason}"
    hint = f"nothing else is lost; `fitcli train --resume {shlex.quote(str(path.parent))}` draws it again"
    return {"event": "warning", "kind": "picture", "message": message, "hint": hint}


def smooth(values: np.ndarray, reach: int) -> np.ndarray:
    """y_i = mean of the x_j with |j - i| <= reach; numbers that are not finite are left out.

    The window narrows to a quarter towards both ends, so that a fast fall at the beginning is not blunted.
    """
    known = np.isfinite(values)
    total = np.concatenate([[0.0], np.cumsum(np.where(known, values, 0.0))])
    count = np.concatenate([[0], np.cumsum(known)])
    i = np.arange(len(values))
    half = np.clip(np.minimum(i, len(values) - 1 - i), reach // 4, reach)
    low, high = np.maximum(i - half, 0), np.minimum(i + half + 1, len(values))
    number = count[high] - count[low]
    return np.where(number > 0, (total[high] - total[low]) / np.maximum(number, 1), np.nan)


def _column(events: list[dict], key: str) -> np.ndarray:
    numbers = (event.get(key) for event in events)
    return np.array([np.nan if number is None else number for number in numbers], dtype=float)


def _line(axes, x: np.ndarray, y: np.ndarray, color: str, label: str | None = None, most: int = 30) -> None:
    # points are marked as long as they are few, at most `most`
    if np.isfinite(y).any():
        axes.plot(x, y, linewidth=1.8, color=color, label=label, marker="o" if len(x) <= most else "", markersize=4)
        if len(x) == 1:
            axes.set_xlim(x[0] - 1, x[0] + 1)


def _label(axes, title: str, x: str) -> None:
    axes.set_title(title, fontsize=10, loc="left", color=TEXT)
    axes.set_xlabel(x, fontsize=9, color=TEXT)


def _clip(axes, values: np.ndarray) -> None:
    # the first steps of a fit can be a hundred times the rest, which would then be a flat line
    finite = values[np.isfinite(values)]
    if len(finite) >= 20:
        top, low = np.quantile(finite, 0.99) * 1.1, finite.min()
        if finite.max() > 1.5 * top:
            axes.set_ylim(low - 0.05 * (top - low), top)


def _draw_step_loss(axes, steps: list[dict], epochs: list[dict]) -> None:
    x, y = _column(steps, "step"), _column(steps, "loss")
    _label(axes, "loss of each step", "step")
    if len(y) < 20:
        return _line(axes, x, y, TRAIN)
    if np.isfinite(y).any():
        axes.plot(x, y, color=TRAIN, alpha=0.25, linewidth=0.7)
        axes.plot(x, smooth(y, max(2, len(y) // 80)), color=TRAIN, linewidth=1.8)
    _clip(axes, y)


def _draw_epoch_loss(axes, steps: list[dict], epochs: list[dict]) -> None:
    _label(axes, "loss of each epoch", "epoch")
    for key, label, color in (("train_loss", "training", TRAIN), ("val_loss", "validation", VAL)):
        _line(axes, _column(epochs, "epoch"), _column(epochs, key), color, label)


def _draw_accuracy(axes, steps: list[dict], epochs: list[dict]) -> None:
    x, y = _column(epochs, "epoch"), 100 * _column(epochs, "val_accuracy")
    best = best_of(epochs)
    _label(axes, f"validation accuracy, % (best: {100 * best['val_accuracy']:.1f} in epoch {best['epoch']})", "epoch")
    more = [(key, name, color) for key, name, color in _MORE if np.isfinite(_column(epochs, key)).any()]
    _line(axes, x, y, VAL, "accuracy" if more else None)
    for key, name, color in more:
        _line(axes, x, 100 * _column(epochs, key), color, name)


def _draw_rate(axes, steps: list[dict], epochs: list[dict]) -> None:
    _label(axes, "learning rate", "step")
    axes.yaxis.set_major_formatter(lambda rate, _: f"{rate:g}")
    rates = _column(steps, "lr")
    _line(axes, _column(steps, "step"), rates, RATE, most=1)
    if axes.lines:
        axes.set_ylim(0, 1.05 * np.nanmax(rates) or 1)


def _draw_prediction(axes, steps: list[dict], epochs: list[dict]) -> None:
    # f(v + h) - f(v) over df(h): 1 where the step is small enough for the derivative to be the function
    x, y = _column(steps, "step"), _column(steps, "change_ratio")
    _label(axes, "change of the loss / what df says of it", "step")
    axes.plot(x, y, color=RATE, alpha=0.25, linewidth=0.7)
    reach = max(2, len(y) // 80)
    actual, predicted = (smooth(_column(steps, f"{key}_change"), reach) for key in ("actual", "predicted"))
    # of sums, not a mean of ratios: one step of which almost nothing is predicted would outweigh all others
    ratio = np.divide(actual, predicted, out=np.full(len(x), np.nan), where=predicted != 0)
    axes.plot(x, ratio, color=RATE, linewidth=1.8)
    axes.axhline(1, color=TEXT, linewidth=0.8, linestyle=(0, (4, 3)))
    low, high = np.nanquantile(ratio, [0.02, 0.98])
    axes.set_ylim(min(low, 0) - 0.1, max(high, 1) + 0.1)
