"""Derivatives against a reference that has no step size, one layer of each kind, coordinate by coordinate.

complex step    Im f(v + i h d) / h, h = 1e-200, by the kernels' own source on complex numbers
real products   what is bilinear, B(x + i h x_dot, w + i h w_dot), by the kernels themselves on real and imaginary parts:
                the imaginary part, by h, is B(x, w_dot) + B(x_dot, w)
differences     what has neither: it is named, and the other tests are all there is
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from fitcli.autodiff.check.complexstep import complex_step
from fitcli.autodiff.check.foot import Foot, stand
from fitcli.autodiff.check.function import Function
from fitcli.autodiff.check.interpreted import Uninterpretable
from fitcli.autodiff.check.judge import CORRECT, WRONG
from fitcli.autodiff.check.locate import sample
from fitcli.autodiff.check.vectors import Vector, signed, unit
from fitcli.autodiff.graph import Graph, Node
from fitcli.engine.gradcheck.mutate import representatives, title
from fitcli.engine.gradcheck.place import Place

LIMIT = 1e-12
_SAFETY = 50  # times the rounding of df that was measured
_BILINEAR = ("conv2d", "grouped_conv2d", "dense", "depthwise2d", "dct")
_COORDINATES = 8  # a block, all of one with twice as many; fewer where the layer has many numbers
_WORK = 150_000  # numbers of a layer, times directions: so many go through the interpreter
COMPLEX, PRODUCTS, DIFFERENCES = "complex step", "real products", "differences"


def check_exact(at: Place, nodes: list[Node]) -> dict:
    """{"verdict", "error", "layers": [{"name", "op", "way", "why", "error", "limit", "directions", "verdict"}]}."""
    chosen = representatives(at, nodes)
    rows = [_row(at, node, np.random.default_rng([at.seed, 8, at.layers.index(node)])) for node in chosen]
    known = [row["error"] for row in rows if row["error"] is not None]
    verdict = WRONG if any(row["verdict"] == WRONG for row in rows) else CORRECT
    return {"verdict": verdict, "error": max(known, default=None), "layers": rows}


def _row(at: Place, node: Node, rng: np.random.Generator) -> dict:
    f, v = at.layer(node, rng)
    row = {"name": node.name, "op": title(node), "way": DIFFERENCES, "why": "", "error": None, "limit": LIMIT,
           "directions": 0, "verdict": CORRECT}  # fmt: skip
    work = sum(v[b].size for b in f.blocks) + int(np.prod(node.shape)) * len(at.labels)
    bilinear = node.op.name in _BILINEAR
    if work > _WORK and not bilinear:
        return row | {"why": f"{work:,} numbers are many for the interpreter"}
    foot, _ = stand(f, v, rng)
    few = _COORDINATES if bilinear else max(0, min(_COORDINATES, (_WORK // work - 1) // (2 * len(f.blocks))))
    directions = [signed(rng, v)]
    directions += [unit(v, b, i) for b in f.blocks for i in (sample(rng, v[b].size, few) if few else ())]
    exact: Callable = _products if bilinear else complex_step
    try:
        found = [_compare(foot, d, exact(f, v, d)) for d in directions]
    except Uninterpretable as error:
        return row | {"why": f"{error} has no complex numbers"}
    worst, limit = max(found, key=lambda pair: pair[0] / pair[1])
    return row | {
        "way": PRODUCTS if bilinear else COMPLEX, "error": worst, "limit": limit, "directions": len(directions),
        "verdict": CORRECT if worst <= limit else WRONG,
    }  # fmt: skip


def _compare(foot: Foot, d: Vector, exact: np.ndarray) -> tuple[float, float]:
    """The worst entry of df(d) by the largest one, and how much of it rounding may explain."""
    pushed = foot.push(d)
    size = max(float(np.abs(exact).max(initial=0)), float(np.abs(pushed).max(initial=0)))
    if size == 0:
        return 0.0, LIMIT
    error = float(np.abs(exact - pushed).max()) / size
    if error <= LIMIT:
        return error, LIMIT
    return error, LIMIT + _SAFETY * foot.unsure(d)[0] / size


def _products(f: Function, v: Vector, d: Vector) -> np.ndarray:
    """B(x, w_dot) + B(x_dot, w) + bias_dot, and nothing where a ReLU in the same op is shut."""
    last = f.graph.nodes[-1]
    x, blocks = f.graph.inputs[0], list(f.blocks)
    image, weights = blocks[0], blocks[1:]
    d = {k: d.get(k, np.zeros_like(v[k])) for k in blocks}
    op = _bare(last.op)
    bare = replace(last, op=op, params=last.params[:1])
    product = f.on(Graph((x, bare), bare))
    if not weights:
        return product({image: d[image]})
    w = weights[0]
    y_dot = product({image: d[image], w: v[w]}) + product({image: v[image], w: d[w]})
    for bias in weights[1:]:
        y_dot = y_dot + d[bias]
    return np.where(f(v) > 0, y_dot, 0) if getattr(getattr(last.op, "conv", last.op), "clip", False) else y_dot


def _bare(op):
    """Without bias and ReLU: bilinear."""
    if hasattr(op, "conv"):
        return replace(op, conv=_bare(op.conv))
    return replace(op, **{name: False for name in ("bias", "clip") if hasattr(op, name)})
