"""How whole parameters are shared out among workers: neighbours together, the largest share as small as can be."""

from __future__ import annotations

from fitcli.autodiff.params import Layout


def block_cuts(layout: Layout, workers: int) -> list[int]:
    """workers + 1 edges in the flat vector, each where a parameter begins or all that is moved ends."""
    starts = [layout.offsets[block] for block in layout.trained if layout.offsets[block] < layout.moved]
    edges = [*starts, layout.moved]
    sizes = [stop - start for start, stop in zip(edges[:-1], edges[1:], strict=True)]
    low, high = max(sizes, default=0), layout.moved
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if len(_filled(sizes, middle)) <= workers else (middle + 1, high)
    cuts = [edges[index] for index in _filled(sizes, low)]
    return [*cuts, *[layout.moved] * (workers + 1 - len(cuts))]


def _filled(sizes: list[int], most: int) -> list[int]:
    """The numbers of the blocks that begin a share, where each share is filled up to `most`."""
    found, total = [], most + 1
    for index, size in enumerate(sizes):
        if total + size > most:
            found.append(index)
            total = 0
        total += size
    return found
