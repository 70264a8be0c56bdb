"""What a pickle describes, without letting it do anything: a reader of its instructions, not a runner of them.

A pickle is a program for a small stack machine; unpickling runs it, and it may call any function there is. Here only
the instructions that make plain values are known, and three names: numpy arrays, their types, and text encoding are
*described* by the pickle and built by us, after the sizes have been compared with the bytes that are there.
Source: pickletools, https://peps.python.org/pep-3154/
"""

from __future__ import annotations

import math
import pickletools
from dataclasses import dataclass

import numpy as np

from fitcli.errors import DataError

_MARK = object()
_RECONSTRUCT = {("numpy.core.multiarray", "_reconstruct"), ("numpy._core.multiarray", "_reconstruct")}
_VALUES = {
    "BININT", "BININT1", "BININT2", "INT", "LONG", "LONG1", "LONG4", "FLOAT", "BINFLOAT", "STRING", "BINSTRING",
    "SHORT_BINSTRING", "UNICODE", "BINUNICODE", "SHORT_BINUNICODE", "BINUNICODE8", "BINBYTES", "SHORT_BINBYTES",
    "BINBYTES8",
}  # fmt: skip
_FIXED = {"NONE": None, "NEWTRUE": True, "NEWFALSE": False}
_PUTS, _GETS = {"PUT", "BINPUT", "LONG_BINPUT"}, {"GET", "BINGET", "LONG_BINGET"}


@dataclass
class _Name:
    module: str
    name: str


@dataclass
class _Type:
    code: str


@dataclass
class _Array:
    array: np.ndarray | None = None


def read_pickle(data: bytes) -> object:
    """The value: numbers, texts, bytes, None, tuples, lists, dicts and arrays of numbers. DataError for all else."""
    try:
        return _plain(_Machine().run(data))
    except DataError:
        raise
    except (ValueError, IndexError, KeyError, TypeError, AttributeError, RecursionError, OverflowError) as error:
        said = str(error).splitlines()[0] if str(error) else "it ends early"
        raise DataError(f"is a damaged pickle: {said}") from None


class _Machine:
    def __init__(self) -> None:
        self.stack: list = []
        self.memo: dict[int, object] = {}

    def run(self, data: bytes) -> object:
        for opcode, arg, _ in pickletools.genops(data):
            name = opcode.name
            if name == "STOP":
                return self.stack.pop()
            if name in _VALUES:
                self.stack.append(arg)
            elif name in _FIXED:
                self.stack.append(_FIXED[name])
            elif name in _PUTS:
                self.memo[arg] = self.stack[-1]
            elif name == "MEMOIZE":
                self.memo[len(self.memo)] = self.stack[-1]
            elif name in _GETS:
                self.stack.append(self.memo[arg])
            elif name == "GLOBAL":
                self.stack.append(_Name(*arg.split(" ", 1)))
            elif (do := getattr(self, f"_{name.lower()}", None)) is not None:
                do()
            elif name not in ("PROTO", "FRAME"):
                what = f"is a pickle with the instruction {name}"
                raise DataError(f"{what}; only plain values and arrays are read from one")
        raise ValueError("it has no end")

    def _marked(self) -> list:
        at = max(i for i, value in enumerate(self.stack) if value is _MARK)
        items = self.stack[at + 1 :]
        del self.stack[at:]
        return items

    def _mark(self) -> None:
        self.stack.append(_MARK)

    def _pop(self) -> None:
        self.stack.pop()

    def _empty_list(self) -> None:
        self.stack.append([])

    def _empty_dict(self) -> None:
        self.stack.append({})

    def _empty_tuple(self) -> None:
        self.stack.append(())

    def _tuple(self) -> None:
        self.stack.append(tuple(self._marked()))

    def _tuple1(self) -> None:
        self.stack[-1:] = [tuple(self.stack[-1:])]

    def _tuple2(self) -> None:
        self.stack[-2:] = [tuple(self.stack[-2:])]

    def _tuple3(self) -> None:
        self.stack[-3:] = [tuple(self.stack[-3:])]

    def _list(self) -> None:
        self.stack.append(self._marked())

    def _dict(self) -> None:
        items = self._marked()
        self.stack.append(dict(zip(items[::2], items[1::2], strict=True)))

    def _append(self) -> None:
        value = self.stack.pop()
        self.stack[-1].append(value)

    def _appends(self) -> None:
        items = self._marked()
        self.stack[-1].extend(items)

    def _setitem(self) -> None:
        key, value = self.stack[-2:]
        del self.stack[-2:]
        self.stack[-1][key] = value

    def _setitems(self) -> None:
        items = self._marked()
        self.stack[-1].update(zip(items[::2], items[1::2], strict=True))

    def _stack_global(self) -> None:
        module, name = self.stack[-2:]
        self.stack[-2:] = [_Name(module, name)]

    def _reduce(self) -> None:
        args, called = self.stack.pop(), self.stack.pop()
        name = (called.module, called.name)
        if name in _RECONSTRUCT:
            self.stack.append(_Array())
        elif name == ("numpy", "dtype"):
            self.stack.append(_Type(_text(args[0])))
        elif name == ("_codecs", "encode"):
            self.stack.append(args[0].encode("latin-1"))
        else:
            raise DataError(f"is a pickle that wants to run {called.module}.{called.name}; nothing in a pickle is run")

    def _build(self) -> None:
        state, built = self.stack.pop(), self.stack[-1]
        if isinstance(built, _Array):
            built.array = _array(*state[1:5])
        elif not isinstance(built, _Type):
            raise DataError("is a pickle of objects; only plain values and arrays are read from one")


def _array(shape: tuple, kind: _Type, fortran: bool, data: str | bytes) -> np.ndarray:
    if kind.code not in {f"{k}{n}" for k in "iuf" for n in (1, 2, 4, 8)}:
        raise DataError(f"is a pickle with an array of type {kind.code!r}; only numbers are read")
    dtype = np.dtype(kind.code)
    raw = data.encode("latin-1") if isinstance(data, str) else data
    if not all(isinstance(n, int) and n >= 0 for n in shape) or math.prod(shape) * dtype.itemsize != len(raw):
        raise DataError(f"is a pickle that promises {shape} numbers and holds {len(raw):,} bytes of them")
    return np.frombuffer(raw, dtype).reshape(shape, order="F" if fortran else "C")


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value


def _plain(value: object, depth: int = 20) -> object:
    """Arrays as arrays, the keys of dicts as text; ValueError where something is left that is no value."""
    if not depth:
        raise ValueError("it is nested too deep")
    if isinstance(value, _Array) and value.array is not None:
        return value.array
    if isinstance(value, dict):
        return {_text(key) if isinstance(key, bytes) else key: _plain(v, depth - 1) for key, v in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_plain(v, depth - 1) for v in value)
    if value is None or isinstance(value, str | bytes | int | float):
        return value
    raise ValueError(f"{type(value).__name__.strip('_')} where a value is expected")
