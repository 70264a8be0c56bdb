"""The arguments of a kernel: arrays, symbolic or real, and numbers; their types, and the block of integers they become."""

from __future__ import annotations

import struct
from array import array
from ctypes import addressof, c_char

import numpy as np

from fitcli.kernels.recording import Ref

_number, _integer = struct.Struct("d"), struct.Struct("q")


def address(a: np.ndarray) -> int:
    """Where an array's numbers begin; numpy's own ways to say it take microseconds."""
    try:
        return addressof(c_char.from_buffer(a))
    except (TypeError, ValueError):  # read-only, or empty
        return a.__array_interface__["data"][0]


def unpack(args: tuple) -> tuple[tuple[int, ...], array]:
    """(a number for each argument's type, the block of integers), in one quick walk: most of what a small call costs."""
    kinds, words = [], array("q")
    for a in args:
        if isinstance(a, np.ndarray):
            if not a.flags.c_contiguous:
                raise ValueError("a kernel's arrays must be C-contiguous")
            kinds.append(64 * a.dtype.num + a.ndim)
            words.append(address(a))
            words.extend(a.shape)
        elif a is None:
            kinds.append(-1)
        elif isinstance(a, (int, np.integer)):
            kinds.append(-2)
            words.append(int(a))
        elif isinstance(a, (float, np.floating)):
            kinds.append(-4 - np.dtype(type(a)).num if isinstance(a, np.floating) and type(a) is not np.float64 else -3)
            words.append(_integer.unpack(_number.pack(a))[0])
        else:
            raise TypeError(f"a kernel takes arrays and numbers, not {type(a).__name__}")
    return tuple(kinds), words


def settle(args: tuple) -> tuple:
    """Python floats take the element type of the first floating array, so that nothing is promoted to float64."""
    dtype = next((a.dtype for a in args if isinstance(a, (Ref, np.ndarray)) and a.dtype.kind == "f"), np.dtype("f8"))
    return tuple(dtype.type(a) if isinstance(a, float) else int(a) if isinstance(a, bool) else a for a in args)


def signature_of(args: tuple) -> tuple:
    """The kind of each argument: "f4x3" an array, "f4" and "i" numbers, "n" None."""
    return tuple(_kind(a) for a in args)


def _kind(arg) -> str:
    if arg is None:
        return "n"
    if isinstance(arg, (Ref, np.ndarray)):
        return f"{arg.dtype.str[1:]}x{arg.ndim}"
    if isinstance(arg, np.floating):
        return arg.dtype.str[1:]
    if isinstance(arg, (int, np.integer)):
        return "i"
    raise TypeError(f"a kernel takes arrays and numbers, not {type(arg).__name__}")


def block(args: tuple, base: int) -> list[int]:
    """The integers that an entry unpacks; `base` is the address of the arena that Refs are placed in."""
    words: list[int] = []
    for a in args:
        if isinstance(a, Ref):
            words += [base + a.slot.offset + a.offset, *a.shape]
        elif isinstance(a, np.ndarray):
            if not a.flags.c_contiguous:
                raise ValueError("a recorded array must be C-contiguous")
            words += [address(a), *a.shape]
        elif isinstance(a, np.floating):
            words.append(int(np.float64(a).view(np.int64)))
        elif a is not None:
            words.append(int(a))
    return words
