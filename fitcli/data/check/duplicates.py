"""Images that are there more than once: the same content, or nearly the same picture.

Near: the difference hashes of two grey thumbnails of 8 × 9 pixels, bit (r, c) = [t(r, c + 1) > t(r, c)], differ in at
most 3 of 64 bits, and the thumbnails by at most 4 of 255 on average. Pictures without contrast are left out: their
bits are noise. Candidates are found by pigeonholes: two hashes that differ in 3 bits agree in one of four quarters.
Source: Krawetz, Kind of like that (the dHash), 2013.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

BITS, DISTANCE, QUARTERS = 64, 3, 4
MEAN_DIFFERENCE = 4.0
LEAST_CONTRAST = 4.0  # standard deviation of a thumbnail
CROWD = 500  # candidates in one pigeonhole that are compared each with each; beyond, with their 500 followers


def exact_groups(digests: Sequence[bytes], among: np.ndarray) -> list[list[int]]:
    """Groups of two or more images with one content, of those at `among`, in their order."""
    order, ends = _runs(digests, among)
    starts = np.r_[0, ends[:-1]][: len(ends)]
    groups = [order[start:end].tolist() for start, end in zip(starts, ends) if end - start > 1]
    return sorted(groups)


def near_pairs(thumbnails: np.ndarray, digests: Sequence[bytes], among: np.ndarray) -> list[tuple[int, int]]:
    """Pairs (i < j) of different content that look nearly the same; one image of each content stands for all."""
    order, ends = _runs(digests, among)
    index = np.sort(order[np.r_[0, ends[:-1]][: len(ends)]])
    index = index[thumbnails[index].reshape(len(index), -1).std(1) >= LEAST_CONTRAST] if len(index) else index
    if len(index) < 2:
        return []
    t = thumbnails[index]
    bits = (t[:, :, 1:] > t[:, :, :-1]).reshape(len(index), BITS)
    t = t.reshape(len(index), -1)
    found: set[tuple[int, int]] = set()
    for quarter in np.split(np.packbits(bits, axis=1), QUARTERS, axis=1):
        holes = quarter.astype(np.int64) @ [256, 1]
        order = np.argsort(holes, kind="stable")
        ends = np.flatnonzero(np.diff(holes[order], append=-1)) + 1
        for start, end in zip(np.r_[0, ends[:-1]], ends):
            for a in range(start, end - 1):
                i, others = order[a], order[a + 1 : min(end, a + 1 + CROWD)]
                near = (bits[others] != bits[i]).sum(1) <= DISTANCE
                near[near] = np.abs(t[others[near]].astype(np.int16) - t[i]).mean(1) <= MEAN_DIFFERENCE
                found |= {(int(min(i, j)), int(max(i, j))) for j in others[near]}
    return sorted((int(index[i]), int(index[j])) for i, j in found)


def _runs(digests: Sequence[bytes], among: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(the places in the order of their contents, ascending within one; where each content ends). Sorted numbers: a
    dict of so many contents would take ten times as much."""
    if not len(among):
        return among, among
    halves = np.frombuffer(b"".join(digests[i] for i in among), np.uint64).reshape(len(among), -1)
    order = np.lexsort(halves.T)
    changes = (halves[order[1:]] != halves[order[:-1]]).any(1)
    return among[order], np.r_[np.flatnonzero(changes) + 1, len(among)]
