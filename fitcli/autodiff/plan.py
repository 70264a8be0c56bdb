"""Placing symbolic arrays in one arena: two that are never alive at once may share their memory."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Sequence
from heapq import heappop, heappush

from fitcli.kernels.recording import Instruction, Ref, Slot

ALIGNMENT = 64
# Arrays a multiple of 4 KiB apart fall into the same cache sets; a line more between them spreads them.
_SPREAD = 4096
_END = 1 << 62  # behind all memory


def place(instructions: Sequence[Instruction]) -> int:
    """Give every slot an offset, from its first and last use in `instructions`; return the bytes of the arena.

    First fit in order of birth: a slot takes the lowest gap that is large enough among those alive.
    """
    birth: dict[Slot, int] = {}
    death: dict[Slot, int] = {}
    for time, instruction in enumerate(instructions):
        for arg in instruction.args:
            if isinstance(arg, Ref):
                birth.setdefault(arg.slot, time)
                death[arg.slot] = time
    gaps = [(0, _END)]  # free memory, by offset; neighbours are merged
    ends: list[tuple[int, int, int]] = []  # (death, offset, extent) of the slots alive, the first to die on top
    size = 0
    for slot, time in birth.items():  # in order of birth
        while ends and ends[0][0] < time:
            _, offset, extent = heappop(ends)
            _release(gaps, offset, offset + extent)
        wanted = _extent(slot)
        slot.offset = _take(gaps, wanted)
        heappush(ends, (death[slot], slot.offset, wanted))
        size = max(size, slot.offset + wanted)
    return size


def _take(gaps: list[tuple[int, int]], wanted: int) -> int:
    """The start of the lowest gap of this size; what is left of it stays a gap."""
    if wanted == 0:
        return 0
    index = next(i for i, (start, end) in enumerate(gaps) if end - start >= wanted)
    start, end = gaps[index]
    gaps[index : index + 1] = [(start + wanted, end)] if end - start > wanted else []
    return start


def _release(gaps: list[tuple[int, int]], start: int, end: int) -> None:
    if start == end:
        return
    index = bisect(gaps, (start, end))
    first = last = index
    if index > 0 and gaps[index - 1][1] == start:
        first, start = index - 1, gaps[index - 1][0]
    if index < len(gaps) and gaps[index][0] == end:
        last, end = index + 1, gaps[index][1]
    gaps[first:last] = [(start, end)]


def _extent(slot: Slot) -> int:
    """Bytes from a slot's start to where the next may start."""
    lines = -(-slot.nbytes // ALIGNMENT) * ALIGNMENT
    return lines + ALIGNMENT if lines and lines % _SPREAD == 0 else lines
