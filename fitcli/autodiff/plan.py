"""Placing symbolic arrays in one arena: two that are never alive at once may share their memory."""

from __future__ import annotations

from collections.abc import Sequence

from fitcli.kernels.recording import Instruction, Ref, Slot

ALIGNMENT = 64
# Arrays a multiple of 4 KiB apart fall into the same cache sets; a line more between them spreads them.
_SPREAD = 4096


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
    alive: list[Slot] = []  # by offset
    size = 0
    for slot, time in birth.items():  # in order of birth
        alive = [other for other in alive if death[other] >= time]
        wanted = _extent(slot)
        at, index = 0, len(alive)
        for i, other in enumerate(alive):
            if other.offset - at >= wanted:
                index = i
                break
            at = other.offset + _extent(other)
        slot.offset = at
        alive.insert(index, slot)
        size = max(size, at + wanted)
    return size


def _extent(slot: Slot) -> int:
    """Bytes from a slot's start to where the next may start."""
    lines = -(-slot.nbytes // ALIGNMENT) * ALIGNMENT
    return lines + ALIGNMENT if lines and lines % _SPREAD == 0 else lines
