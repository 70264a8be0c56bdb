"""Probabilities for image files: decoded and normalised exactly as validation images were."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from fitcli.data.images import load_images
from fitcli.engine.evaluator import BATCH, Evaluator
from fitcli.engine.modelfile import ModelFile
from fitcli.engine.restore import restore_model
from fitcli.engine.threads import usable_threads


def predict(saved: ModelFile, paths: Sequence[str], threads: int | None = None, threshold: float = 0.5) -> Iterator[dict]:
    """For each path, in order: {"path", "label", "probabilities": {class: p}}, or {"path", "error"} for a bad file.

    `label` is the most probable class. Of a model for images of several classes there is "labels" too: those with
    p ≥ `threshold`, the most probable first.

    Memory stays flat: while one chunk of images goes through the network, the next is decoded.
    """
    model, fmt = restore_model(saved)
    evaluator = Evaluator(model, threads, batch=min(BATCH, max(1, len(paths))))
    chunks = [list(paths[i : i + 2 * BATCH]) for i in range(0, len(paths), 2 * BATCH)]

    def read(chunk: list[str]):
        return load_images(chunk, fmt, threads or usable_threads(), on_error="skip")

    with ThreadPoolExecutor(1) as pool:
        following = pool.submit(read, chunks[0]) if chunks else None
        for index, chunk in enumerate(chunks):
            images, kept, problems = following.result()
            following = pool.submit(read, chunks[index + 1]) if index + 1 < len(chunks) else None
            rows = dict(zip(kept, evaluator.probabilities(images), strict=True))
            errors = iter(problems)
            for i, path in enumerate(chunk):
                if i in rows:
                    yield _told(path, rows[i], model.classes, threshold if model.multilabel else None)
                else:
                    yield {"path": path, "error": str(next(errors))}


def _told(path: str, probabilities: np.ndarray, classes: tuple[str, ...], threshold: float | None) -> dict:
    named = {name: float(p) for name, p in zip(classes, probabilities, strict=True)}
    best = sorted(named, key=lambda name: -named[name])
    labels = {} if threshold is None else {"labels": [name for name in best if named[name] >= threshold]}
    return {"path": path, "label": classes[int(probabilities.argmax())]} | labels | {"probabilities": named}
