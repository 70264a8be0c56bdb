"""Every layer, the whole loss, and the recorded program, one after the other."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from fitcli.autodiff.check.examine import Effort, examine
from fitcli.autodiff.check.judge import SEVERITY
from fitcli.engine.gradcheck.place import place
from fitcli.engine.gradcheck.recorded import check_recorded
from fitcli.engine.gradcheck.rows import row
from fitcli.spec import Spec

_LOSS = Effort(directions=1, coordinates=2, order=False)  # it has a block for every tensor of the model


def gradcheck(spec: Spec, seed: int = 0, *, real: bool = False, progress: Callable[[str], None] | None = None) -> dict:
    """{"verdict", "layers": [row], "loss": row, "program": {…}, …}: see rows.row and recorded.check_recorded."""
    began = time.perf_counter()
    tell = progress or (lambda name: None)
    at = place(spec, seed, real)
    layers = []
    for number, node in enumerate(at.layers):
        tell(node.name)
        rng = np.random.default_rng([seed, 2, number])
        layers.append(row(node.name, node.op.name, examine(*at.layer(node, rng), rng)))
    tell("the whole loss")
    loss = row("loss of all", "", examine(*at.loss(), np.random.default_rng([seed, 3]), _LOSS))
    tell("the recorded program")
    program = check_recorded(at)
    verdict = max((r["verdict"] for r in (*layers, loss, program)), key=SEVERITY.index)
    return {
        "verdict": verdict, "seed": seed, "images": "real" if real else "random", "image": list(at.model.image_shape),
        "classes": len(at.model.classes), "layers": layers, "loss": loss, "program": program,
        "seconds": time.perf_counter() - began,
    } | ({"note": at.note} if at.note else {})  # fmt: skip
