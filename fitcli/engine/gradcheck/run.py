"""Every layer, the whole loss, the recorded program, training's type and the coordinates, one after the other."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from fitcli.autodiff.check.examine import Effort, examine
from fitcli.autodiff.check.judge import SEVERITY
from fitcli.autodiff.graph import Node
from fitcli.engine.gradcheck.choice import WHOLE, chosen
from fitcli.engine.gradcheck.coordinates import check_coordinates
from fitcli.engine.gradcheck.exact import check_exact
from fitcli.engine.gradcheck.place import Place, place
from fitcli.engine.gradcheck.precision import compare_types
from fitcli.engine.gradcheck.recorded import check_recorded
from fitcli.engine.gradcheck.rows import row
from fitcli.spec import Spec

Progress = Callable[[int, int], None]  # progress(done, total)
_LOSS = Effort(directions=1, coordinates=1, order=False)  # it has a block for every tensor of the model


def gradcheck(spec: Spec, seed: int = 0, *, layer: str | None = None, dtype: str = "float64", real: bool = False,
              progress: Progress | None = None) -> dict:  # fmt: skip
    """{"verdict", "layers": [row], "exact": {…}, "loss": row, "program": {…}, "coordinates": {…}, …}: see the files so called.

    `layer` checks that one alone; `real` takes images from the spec's data as the point; with dtype "float32" the
    layers and the loss are checked in that type, and nothing is compared with it.
    """
    began = time.perf_counter()
    at = place(spec, seed, real)
    nodes, whole = chosen(at, layer)
    tell = progress or (lambda done, total: None)
    total = len(nodes) + 3 * whole
    result = {
        "verdict": "", "seed": seed, "dtype": dtype, "images": "real" if real else "random",
        "image": list(at.model.image_shape), "classes": len(at.model.classes), "layers": [],
    }  # fmt: skip
    for number, node in enumerate(nodes):
        tell(number, total)
        result["layers"].append(_check_layer(at, node, np.dtype(dtype)))
    if nodes and dtype == "float64":
        result["exact"] = check_exact(at, nodes)
    if whole:
        tell(len(nodes), total)
        result["loss"], foot = _check_loss(at, np.dtype(dtype))
        if dtype == "float64":
            tell(len(nodes) + 1, total)
            result["program"] = check_recorded(at)
            tell(len(nodes) + 2, total)
            result["coordinates"] = check_coordinates(foot, _rng(at, 6))
    tell(total, total)
    parts = [*result["layers"], *(result[k] for k in ("exact", "loss", "program", "coordinates") if k in result)]
    result["verdict"] = max((part["verdict"] for part in parts), key=SEVERITY.index)
    result["seconds"] = time.perf_counter() - began
    return result | ({"note": at.note} if at.note else {})


def _rng(at: Place, *purpose: int) -> np.random.Generator:
    return np.random.default_rng([at.seed, *purpose])


def _check_layer(at: Place, node: Node, dtype: np.dtype) -> dict:
    began, number = time.perf_counter(), at.layers.index(node)
    out = row(node.name, node.op.name, examine(*at.layer(node, _rng(at, 2, number), dtype), _rng(at, 3, number)))
    if dtype == np.float64:
        double, float_ = (at.layer(node, _rng(at, 2, number), t) for t in (np.float64, np.float32))
        _add_float32(out, compare_types(double, float_, _rng(at, 4, number)))
    return out | {"seconds": time.perf_counter() - began}


def _check_loss(at: Place, dtype: np.dtype) -> tuple[dict, object]:
    began = time.perf_counter()
    done = examine(*at.loss(dtype), _rng(at, 5), _LOSS)
    out = row(WHOLE, "", done)
    if dtype == np.float64:
        _add_float32(out, compare_types(at.loss(), at.loss(np.float32), _rng(at, 7), judged=False))
    return out | {"seconds": time.perf_counter() - began}, done.foot


def _add_float32(out: dict, found: dict) -> None:
    out["float32"] = found
    out["verdict"] = max(out["verdict"], found["verdict"], key=SEVERITY.index)
    if found["verdict"] != "CORRECT":
        out.setdefault(
            "reason",
            f"in float32 its gradient is off by {found['gradient']:.1e}, its transpose by {found['transpose']:.1e}",
        )
