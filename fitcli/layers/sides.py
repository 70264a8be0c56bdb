"""How many pixels at each side of an image: one number, [height, width] or [top, bottom, left, right]."""

from __future__ import annotations

from typing import Annotated

from annotated_types import Len

from fitcli.layers.base import Natural

Four = Annotated[list[Natural], Len(4, 4)]


def sides(value: int | list[int]) -> tuple[int, int, int, int]:
    """1 → (1, 1, 1, 1); [1, 2] → (1, 1, 2, 2); [1, 2, 3, 4] as it is: top, bottom, left, right."""
    if isinstance(value, int):
        return (value,) * 4
    if len(value) == 2:
        return (value[0], value[0], value[1], value[1])
    return tuple(value)
