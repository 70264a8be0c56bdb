"""`@kernel`: a plain function over C-contiguous arrays and numbers that runs at once or is recorded.

Recorded, a call becomes the address of a compiled *entry* and a block of integers. The entry unpacks the block
(pointers and shapes of arrays, bits of numbers) and calls the function; it is generated as a small source file in the
cache folder, because numba can only cache a function that has a file.
"""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Callable
from functools import cached_property
from pathlib import Path

import numpy as np

from fitcli.kernels import recording
from fitcli.kernels.cache import cache_directory, use_cache
from fitcli.kernels.recording import Ref

# nnan and ninf are left out on purpose: they would hide a divergence.
FAST_MATH = {"nsz", "arcp", "contract", "afn", "reassoc"}
OPTIONS = {"fastmath": FAST_MATH, "error_model": "numpy", "nogil": True, "cache": True}

class Kernel:
    """A function and its compiled forms, one for each signature it is met with."""

    def __init__(self, function: Callable, links: Callable[[str], None] | None = None, exact: bool = False):
        self.function = function
        self.links = links
        self.options = OPTIONS | {"fastmath": False} if exact else OPTIONS
        self.name = function.__name__
        self.__doc__ = function.__doc__
        self._entries: dict[tuple, object] = {}

    @cached_property
    def jit(self):
        """The function compiled by numba, to be called from other compiled code or from Python."""
        use_cache(self.function.__module__)
        from numba import njit

        return njit(**self.options)(self.function)

    @cached_property
    def checked(self):
        """The same with every index checked: slow, for tests and for finding faults."""
        from numba import njit

        return njit(boundscheck=True, error_model="numpy")(self.function)

    def __call__(self, *args):
        recorder = recording.current()
        args = settle(args)
        if recorder is None:
            if self.links:
                self.link(signature_of(args))
            return self.jit(*args)
        recorder.append(self, args)
        return None

    def link(self, signature: tuple) -> None:
        """Make the symbols known that the compiled code calls by name."""
        if self.links:
            for code in {kind.split("x")[0] for kind in signature if kind[0] == "f" and "x" in kind}:
                self.links(code)

    def entry(self, args: tuple) -> int:
        """The address of the compiled entry for arguments of these types."""
        return self.load(signature_of(args))

    def load(self, signature: tuple) -> int:
        """The address of the compiled entry for a signature: from the cache, else compiled now."""
        if signature not in self._entries:
            self.link(signature)
            self._entries[signature] = self._load_entry(signature)
        return self._entries[signature].address

    def is_cached(self, signature: tuple) -> bool:
        """Whether an entry for this signature has been compiled on this machine before."""
        return signature in self._entries or self._path(signature).exists()

    def _path(self, signature: tuple) -> Path:
        stem = f"{self.function.__module__.replace('.', '_')}_{self.name}__{'_'.join(signature)}"
        return cache_directory(self.function.__module__) / "entries" / f"{stem}.py"

    def _load_entry(self, signature: tuple):
        use_cache(self.function.__module__)
        path = self._path(signature)
        if not path.exists():
            _write(path, _entry_source(self.function.__module__, self.name, signature))
        spec = importlib.util.spec_from_file_location(f"fitcli_entry_{path.stem}", path)
        entry = importlib.util.module_from_spec(spec)
        sys.modules[spec.name] = entry  # numba looks the module up by name when it reads its cache
        sys.dont_write_bytecode, before = True, sys.dont_write_bytecode
        try:
            spec.loader.exec_module(entry)
        finally:
            sys.dont_write_bytecode = before
        return entry.entry


def kernel(function: Callable | None = None, *, links: Callable[[str], None] | None = None, exact: bool = False):
    """Decorator: see the module's first lines. `links(dtype)` runs before compiled code that calls symbols is loaded;
    `exact`: sums and differences are taken in the order they are written."""
    if function is None:
        return lambda f: Kernel(f, links, exact)
    return Kernel(function)


def inner(function: Callable):
    """Decorator of a compiled function that only kernels call: it is compiled, and cached, with each of them."""
    from numba import njit

    return njit(**(OPTIONS | {"cache": False}))(function)


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
            words += [a.ctypes.data, *a.shape]
        elif isinstance(a, np.floating):
            words.append(int(np.float64(a).view(np.int64)))
        elif a is not None:
            words.append(int(a))
    return words


def _entry_source(module: str, name: str, signature: tuple) -> str:
    args, at = [], 0
    for kind in signature:
        if kind == "n":
            args.append("None")
        elif "x" in kind:
            code, ndim = kind.split("x")
            shape = "".join(f"b[{at + 1 + axis}], " for axis in range(int(ndim)))
            args.append(f"carray(pointer(b[{at}]), ({shape}), {np.dtype(code).name})")
            at += 1 + int(ndim)
        else:
            word = f"b[{at}]"
            args.append(word if kind == "i" else f"{np.dtype(kind).name}(float_of_bits({word}))")
            at += 1
    names = sorted({np.dtype(k.split("x")[0]).name for k in signature if k not in ("n", "i")})
    return (
        f"from numba import carray, cfunc, njit, types\n"
        f"from numpy import {', '.join([*names, 'int64'])}\n"
        f"from fitcli.kernels.native import float_of_bits, pointer\n"
        f"from {module} import {name}\n\n"
        f"function = njit(inline='always', **{name}.options)({name}.function)\n\n\n"
        f"@cfunc(types.void(types.int64), cache=True, error_model='numpy', fastmath={name}.options['fastmath'])\n"
        f"def entry(address):\n"
        f"    b = carray(pointer(address), ({max(at, 1)},), int64)\n"
        f"    function({', '.join(args)})\n"
    )


def _write(path, text: str) -> None:
    """Two processes may write the same entry at once: each renames its own finished file onto the name."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(f".{os.getpid()}.tmp")
    temporary.write_text(text)
    os.replace(temporary, path)
