"""Symbolic arrays and the list of kernel calls made on them: the tape that a program is planned from."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import prod
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from fitcli.kernels.kernel import Kernel


class Slot:
    """Memory that a plan will place: a size now, an offset in the arena later."""

    __slots__ = ("nbytes", "offset")

    def __init__(self, nbytes: int):
        self.nbytes = nbytes
        self.offset = -1


class Ref:
    """A C-contiguous array that has a shape and a type but no memory yet."""

    __slots__ = ("dtype", "offset", "shape", "slot")

    def __init__(self, slot: Slot, shape: tuple[int, ...], dtype: np.dtype, offset: int = 0):
        self.slot = slot
        self.shape = tuple(shape)
        self.dtype = np.dtype(dtype)
        self.offset = offset

    @classmethod
    def new(cls, shape: tuple[int, ...], dtype) -> Ref:
        return cls(Slot(prod(shape) * np.dtype(dtype).itemsize), shape, dtype)

    @property
    def ndim(self) -> int:
        return len(self.shape)

    @property
    def size(self) -> int:
        return prod(self.shape)

    def reshape(self, *shape) -> Ref:
        shape = shape[0] if len(shape) == 1 and isinstance(shape[0], tuple) else shape
        if -1 in shape:
            known = prod(n for n in shape if n != -1)
            shape = tuple(self.size // known if n == -1 else n for n in shape)
        if prod(shape) != self.size:
            raise ValueError(f"cannot view {self.shape} as {shape}")
        return Ref(self.slot, shape, self.dtype, self.offset)

    def array(self, arena: np.ndarray) -> np.ndarray:
        """The real array, once the slot is placed in `arena` (bytes)."""
        start = self.slot.offset + self.offset
        return arena[start : start + self.size * self.dtype.itemsize].view(self.dtype).reshape(self.shape)


@dataclass(frozen=True)
class Instruction:
    """One kernel call: `args` are Refs, numpy arrays that stay where they are, and numbers."""

    kernel: Kernel
    args: tuple
    label: str


@dataclass
class Recorder:
    """Collects instructions. `label` names the layer at work, for faults and timings."""

    label: str = ""
    instructions: list[Instruction] = field(default_factory=list)

    def append(self, kernel: Kernel, args: tuple) -> None:
        self.instructions.append(Instruction(kernel, args, self.label))


_current: Recorder | None = None


def current() -> Recorder | None:
    """The recorder at work, or None when kernels run at once."""
    return _current


@contextmanager
def recording(recorder: Recorder) -> Iterator[Recorder]:
    """Kernels called inside are appended to `recorder` instead of run."""
    global _current
    before, _current = _current, recorder
    try:
        yield recorder
    finally:
        _current = before
