"""The least time a step can take here: its multiply-adds at the machine's peak, or its bytes at its memory's speed.

Winograd's convolutions need a quarter of the direct sum's multiply-adds. Counted as moved are every activation that a
program keeps (written and read forward, and its gradient written and read backward), the bytes of the images, and the
parameters: read forward and backward, gradient written and read, Adam's two moments and the weights read and written.
"""

from __future__ import annotations

import ctypes
from math import prod
from time import perf_counter

import numpy as np

_BYTES, _COPIES = 64 << 20, 5


def needed_multiply_adds(graph, images: int, train: bool) -> int:
    """Of a step, with Winograd's savings."""
    from fitcli.ops.winograd import Winograd

    wanted = graph.needs_gradient() if train else frozenset()
    total = 0.0
    for node in graph.nodes:
        if node.op is not None and (work := node.op.multiply_adds(*node.shapes)):
            passes = 1 + train * (bool(node.trained) + any(x in wanted for x in node.inputs))
            fast = hasattr(node.op, "sums_for") and isinstance(node.op.sums_for(node.inputs[0].shape), Winograd)
            total += passes * work * (0.25 if fast else 1)
    return round(images * total)


def moved_bytes(graph, images: int, train: bool) -> int:
    kept = sum(prod(node.shape) for node in graph.nodes if node.op is not None and not node.op.view)
    pixels = sum(prod(node.shape) for node in graph.inputs)
    weights = sum(p.size for p in graph.params if p.trained)
    return images * (pixels + 4 * kept * (4 if train else 2)) + 4 * weights * (10 if train else 1)


def memory_bandwidth() -> float:
    """Bytes per second of one thread that copies a block larger than the caches, read and written; the best of some."""
    x, y = np.ones(_BYTES, np.uint8), np.zeros(_BYTES, np.uint8)
    best = float("inf")
    for _ in range(_COPIES):
        before = perf_counter()
        ctypes.memmove(y.ctypes.data, x.ctypes.data, _BYTES)
        best = min(best, perf_counter() - before)
    return 2 * _BYTES / best
