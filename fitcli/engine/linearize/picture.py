"""The picture of `fitcli linearize`: the image, the direction, and the curve with its tangent."""

from __future__ import annotations

import os
import warnings

import numpy as np

from fitcli.engine.atomic import write_atomic
from fitcli.engine.linearize.run import SHARE
from fitcli.engine.plaintext import plain

CURVE, TANGENT, HELD, TEXT, GRID = "#1f6fb4", "#d1661b", "#dcebd9", "#333333", "#e3e3e3"


def draw_line(result: dict, path: str | os.PathLike, title: str = "") -> None:
    """Draw a result of `linearize` as a PNG."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11, 5.6), dpi=84, layout="constrained", facecolor="white")
    canvas = FigureCanvasAgg(figure)
    title = title or f"P({plain(result['class'])}) along a line, and its tangent"
    figure.suptitle(title, fontsize=13, fontweight="bold", color=TEXT, parse_math=False)
    left, right = figure.add_gridspec(1, 2, width_ratios=(1, 2.3))
    image, direction = (figure.add_subplot(cell) for cell in left.subgridspec(2, 1))
    curve, off = (figure.add_subplot(cell) for cell in right.subgridspec(2, 1, height_ratios=(2.2, 1)))
    _draw_image(image, result)
    _draw_direction(figure, direction, result)
    _draw_curve(curve, result)
    _draw_difference(off, result)
    off.sharex(curve)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing")  # a name in letters the font lacks
        write_atomic(path, lambda file: canvas.print_png(file))


def _draw_image(axes, result: dict) -> None:
    image = result["image"]
    axes.imshow(image[:, :, 0] if image.shape[2] == 1 else image, cmap="gray", vmin=0, vmax=255, interpolation="nearest")
    title = f"the image x:  P({plain(result['class'])}) = {result['probability']:.4f}"
    axes.set_title(title, fontsize=9, color=TEXT, parse_math=False)
    axes.set(xticks=[], yticks=[])


def _draw_direction(figure, axes, result: dict) -> None:
    d = result["direction"]
    shown = axes.imshow(d.mean(2), cmap="RdBu_r", vmin=-1, vmax=1, interpolation="nearest")
    place = f" at {', '.join(map(str, result['place']))}" if result["place"] else ""
    axes.set_title(f"the direction d:  {result['along']}{place}", fontsize=9, color=TEXT)
    axes.set(xticks=[], yticks=[])
    bar = figure.colorbar(shown, ax=axes, fraction=0.046, ticks=[-1, 0, 1])
    bar.set_label("grey levels a step", fontsize=8, color=TEXT)
    bar.ax.tick_params(labelsize=7, colors=TEXT)


def _draw_curve(axes, result: dict) -> None:
    t, p, line = _columns(result)
    _held(axes, result)
    axes.plot(t, p, color=CURVE, linewidth=2, label=f"P({_unparsed(result['class'])}) of x + t d")
    axes.plot(t, line, color=TANGENT, linewidth=1.4, linestyle=(0, (5, 3)),
              label=f"tangent: {result['probability']:.4f} {result['slope']:+.2e} t")  # fmt: skip
    axes.plot([0], [result["probability"]], color=TEXT, marker="o", markersize=4, linestyle="")
    low, high = min(p.min(), result["probability"]), max(p.max(), result["probability"])
    margin = max(0.35 * (high - low), 1e-6)
    axes.set_ylim(low - margin, high + margin)
    axes.set_ylabel("probability", fontsize=9, color=TEXT)
    axes.legend(frameon=False, fontsize=8, loc="best")
    _dress(axes)


def _draw_difference(axes, result: dict) -> None:
    """|P − tangent| as a share of the change of P."""
    t, p, line = _columns(result)
    change = np.abs(p - result["probability"])
    known = change > 0
    share = np.abs(p - line)[known] / change[known]
    _held(axes, result)
    axes.plot(t[known], 100 * np.clip(share, 0, 1), color=TEXT, linewidth=1.4)
    axes.axhline(100 * SHARE, color=TANGENT, linewidth=1, linestyle=(0, (2, 2)))
    axes.annotate("10 %", (t[-1], 100 * SHARE), fontsize=8, color=TANGENT, va="bottom", ha="right")
    axes.set_ylim(0, 50)
    axes.set_ylabel("tangent off by, %\nof the change", fontsize=9, color=TEXT)
    axes.set_xlabel("step t, grey levels of 255", fontsize=9, color=TEXT)
    _dress(axes)


def _held(axes, result: dict) -> None:
    """The region where the tangent predicts the change to 10 %."""
    r = min(result["radius"], result["reach"])
    if r > 0:
        told = "everywhere" if result["whole"] else f"up to {result['radius']:.3g} grey levels"
        axes.axvspan(-r, r, color=HELD, linewidth=0, label=f"off by less than 10 %: {told}")


def _columns(result: dict) -> tuple[np.ndarray, ...]:
    return tuple(np.array([row[key] for row in result["curve"]]) for key in ("step", "probability", "tangent"))


def _unparsed(name: str) -> str:
    return plain(name).replace("$", r"\$")


def _dress(axes) -> None:
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(color=GRID, linewidth=0.7)
    axes.set_axisbelow(True)
    axes.tick_params(labelsize=8, colors=TEXT)
