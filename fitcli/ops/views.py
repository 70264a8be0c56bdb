"""Arrays of any rank seen with two or three axes, so that a kernel needs one compiled form: nothing is moved."""

from __future__ import annotations

from math import prod


def rows(a):
    """[N, …, C] → [N · …, C]."""
    return a.reshape(-1, a.shape[-1])


def pixels(a):
    """[N, …, C] → [N, …, C] with all axes between as one: [N, C] → [N, 1, C]."""
    return a.reshape(a.shape[0], prod(a.shape[1:-1]), a.shape[-1])
