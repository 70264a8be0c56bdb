"""A model's graph as a picture: ops from top to bottom, branches side by side."""

from __future__ import annotations

import os

from fitcli.autodiff.graph import Graph, Node
from fitcli.engine.atomic import write_atomic
from fitcli.engine.dot import place, title
from fitcli.ops.shapes import show

ROWS = 40  # of one column; the next one begins to the right
_ROW, _BOX, _WIDTH, _GAP = 0.62, 0.42, 2.5, 0.45  # inches
_TEXT, _SOFT, _EDGE = "#222222", "#777777", "#8a8a8a"
_MAX_PIXELS = 30_000
_COLORS = (  # of what is learned, of what shrinks, of what joins, of what normalises or drops
    ({"conv2d", "depthwise2d", "dense", "attention", "offset", "prepend"}, "#d9e8f6"),
    ({"maxpool", "avgpool", "lppool", "globalavgpool", "globalmaxpool", "adaptiveavgpool", "first"}, "#fbe6d3"),
    ({"add", "multiply", "multiply_channels", "concat"}, "#e2f0d9"),
    ({"batchnorm", "layernorm", "groupnorm", "instancenorm", "rmsnorm", "batchnorm_pool", "dropout"}, "#efe6f4"),
)


def draw_graph(graph: Graph, path: str | os.PathLike) -> None:
    """Draw the graph as a PNG at `path`."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.patches import FancyBboxPatch

    spots = arranged(graph)
    width = max(x for x, _ in spots.values()) + _WIDTH + _GAP
    height = max(y for _, y in spots.values()) + _ROW
    dpi = min(110, _MAX_PIXELS / max(width, height))
    figure = Figure(figsize=(width, height), dpi=dpi, facecolor="white")
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, width), ylim=(height, 0))
    axes.axis("off")
    for node in graph.nodes:
        for before in node.inputs:
            _arrow(axes, spots[before], spots[node])
    for node, (x, y) in spots.items():
        color = next((color for names, color in _COLORS if node.op and node.op.name in names), "#f4f4f4")
        style = {"boxstyle": "round,pad=0,rounding_size=0.06", "fc": color, "ec": _EDGE, "lw": 0.8}
        axes.add_patch(FancyBboxPatch((x, y - _BOX / 2), _WIDTH, _BOX, **style))
        shape = "" if node.dtype == "i8" else show(node.shape)
        middle = y if not place(node) else y - 0.08
        axes.text(x + 0.08, middle, title(node)[:34], fontsize=8, va="center", color=_TEXT, parse_math=False)
        axes.text(x + _WIDTH - 0.08, middle, shape, fontsize=8, va="center", ha="right", color=_TEXT, parse_math=False)
        axes.text(x + 0.08, y + 0.11, _fitting(place(node), 46), fontsize=6, va="center", color=_SOFT, parse_math=False)
    canvas = FigureCanvasAgg(figure)
    write_atomic(path, lambda file: canvas.print_png(file))


def arranged(graph: Graph) -> dict[Node, tuple[float, float]]:
    """Left edge and middle of each box, in inches: a row below all that it reads, branches side by side."""
    depth: dict[Node, int] = {}
    for node in graph.nodes:
        depth[node] = 1 + max((depth[x] for x in node.inputs), default=-1)
    for node in graph.nodes:  # an input stands right above the first that reads it
        if node.op is None:
            depth[node] = max(0, min((depth[n] for n in graph.nodes if node in n.inputs), default=1) - 1)
    rows: dict[int, list[Node]] = {}
    for node in graph.nodes:
        rows.setdefault(depth[node], []).append(node)
    spots, left = {}, _GAP
    for top in range(0, max(rows) + 1, ROWS):
        block = [rows.get(top + i, []) for i in range(ROWS)]
        widest = max(map(len, block))
        for i, nodes in enumerate(block):
            for j, node in enumerate(sorted(nodes, key=lambda node: node.op is None)):
                spots[node] = (left + j * (_WIDTH + _GAP), _ROW * (i + 0.7))
        left += widest * (_WIDTH + _GAP) + _GAP
    return spots


def _arrow(axes, start: tuple[float, float], end: tuple[float, float]) -> None:
    """From the lower edge to the upper one; around the boxes in between where rows are skipped."""
    (x0, y0), (x1, y1) = start, end
    down = y1 - y0
    if x0 > x1 and down > 0:  # a branch comes back
        tail, head, style = (x0 + _WIDTH / 2, y0 + _BOX / 2), (x1 + _WIDTH, y1), "arc3,rad=0"
    elif x0 == x1 and down > 1.5 * _ROW:  # past the boxes between, at their left
        tail, head, style = (x0, y0), (x1, y1), f"arc3,rad={min(0.35, 0.75 / down):.3f}"
    elif down <= 0:  # to the next column
        tail, head, style = (x0 + _WIDTH, y0), (x1, y1), "arc3,rad=0"
    else:
        tail, head, style = (x0 + _WIDTH / 2, y0 + _BOX / 2), (x1 + _WIDTH / 2, y1 - _BOX / 2), "arc3,rad=0"
    arrow = {"arrowstyle": "-|>", "color": _EDGE, "lw": 0.9, "shrinkA": 0, "shrinkB": 0, "connectionstyle": style}
    axes.annotate("", head, tail, arrowprops=arrow, zorder=0)


def _fitting(text: str, room: int) -> str:
    return text if len(text) <= room else "…" + text[-room + 1 :]
