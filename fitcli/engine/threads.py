"""How many workers, and how many images each takes at a time: fixed rules, so that a run can be repeated."""

from __future__ import annotations

import os
from math import prod

from fitcli.autodiff.graph import Graph

# A fork-join costs some 20 µs: below this many multiply-adds a step, one worker is done before two have met.
_SERIAL_MULTIPLY_ADDS = 3_000_000
# The largest activation of a microbatch. Fewer images stay deeper in the cache, more fill the tiles of small late layers;
# measured over 1, 2, 4, 8 images on VGG, ResNet-20 and LeNet this is where both stop mattering.
_CACHE_BYTES = 1 << 20
# Without a way back every activation is read once, by the next op: it had better still be in the second-level cache.
# Measured over 128, 256, 512, 1024 KB on the same networks and a depthwise one: 2 to 9 % faster than 1024.
_FORWARD_BYTES = 1 << 18
_MOST_IMAGES = 64


def usable_threads() -> int:
    """CPUs this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def workers_for(graph: Graph, batch: int, threads: int | None, passes: int = 3) -> int:
    """Workers for a batch: all threads, or one where the work is too little to share (`passes` forward passes' worth)."""
    if threads is None and passes * batch * graph.multiply_adds() < _SERIAL_MULTIPLY_ADDS:
        return 1
    return max(1, min(threads or usable_threads(), batch))


def part_of(batch: int, accumulate: int) -> int:
    """Images of a batch that are taken together, where its gradient is accumulated over so many parts."""
    return -(-batch // accumulate)


def microbatch_for(graph: Graph, back: bool = True) -> int:
    """Images a worker takes through the graph at once, and `back` as well."""
    largest = max((prod(node.shape) for node in graph.nodes if node.op is not None), default=1)
    return max(1, min(_MOST_IMAGES, (_CACHE_BYTES if back else _FORWARD_BYTES) // (4 * largest)))
