"""How long a training step takes, and where the time goes."""

from __future__ import annotations

import sys
import time

import numpy as np

from fitcli.engine.expected import expected_model
from fitcli.engine.room import check_room
from fitcli.engine.trainer import Trainer
from fitcli.spec import Spec

_WARM_UP = 3
_PROFILES = 5


def time_steps(spec: Spec, steps: int = 30, threads: int | None = None) -> dict:
    """Medians over `steps` warm training steps (forward, backward, update) on random images already in memory.

    Layers are timed one instruction at a time on one worker's share of the batch, so their sum is not the step.
    """
    model, found = expected_model(spec)
    model.initialize(spec.seed)
    trainer = Trainer(model, spec.seed, threads)
    batch = spec.fit.batch
    rng = np.random.default_rng(spec.seed)
    images = rng.integers(0, 256, (batch, *found.image_shape), np.uint8)
    labels = found.random_labels(rng, batch)
    check_room(spec, [trainer.program(batch)])
    rate = 1e-6  # timing must not diverge
    for _ in range(_WARM_UP):
        trainer.descend(images, labels, rate)
    taken = []
    for _ in range(steps):
        before = time.perf_counter()
        trainer.descend(images, labels, rate)
        taken.append(time.perf_counter() - before)
    median = float(np.median(taken))
    result = {
        "batch": batch,
        "threads": trainer.program(batch).workers,
        "step_ms": 1e3 * median,
        "step_ms_min": 1e3 * min(taken),
        "step_ms_max": 1e3 * max(taken),
        "images_per_s": batch / median,
        "gflops": 6e-9 * model.graph.multiply_adds() * batch / median,
        "peak_rss_mb": peak_memory() / 1e6,
        "layers": _layers(trainer, batch),
    }
    return result | ({"note": found.assumed} if found.assumed else {})


def _layers(trainer: Trainer, batch: int) -> list[dict]:
    program = trainer.program(batch)
    profiles = [program.time_instructions() for _ in range(_PROFILES)]
    seconds = np.median([[t for _, _, t in profile] for profile in profiles], axis=0)
    found: dict[str, dict] = {}
    for (label, _, _), t in zip(profiles[0], seconds, strict=True):
        name, _, direction = label.rpartition(" ")
        if name:
            row = found.setdefault(name, {"name": name, "forward_ms": 0.0, "backward_ms": 0.0})
            key = "backward_ms" if direction == "backward" else "forward_ms"  # packing weights is forward's part
            row[key] += 1e3 * t
    images = -(-batch // program.workers)
    wanted = trainer.model.graph.needs_gradient()
    for node in trainer.model.graph.nodes:
        if node.op is not None and node.name in found:
            row = found[node.name]
            passes = 1 + bool(node.trained) + any(x in wanted for x in node.inputs)
            work = 2e-9 * passes * node.op.multiply_adds(*node.shapes) * images
            row["gflops"] = work / (1e-3 * (row["forward_ms"] + row["backward_ms"])) if work else None
    return list(found.values())


def peak_memory() -> int:
    """The most memory this process has held, in bytes; 0 where the system does not say."""
    try:
        import resource
    except ImportError:
        return 0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else 1024 * peak
