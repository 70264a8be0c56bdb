"""`@kernel`: a plain function over C-contiguous arrays and numbers that runs at once or is recorded.

Recorded, a call becomes the address of a compiled *entry* and a block of integers. The entry unpacks the block
(pointers and shapes of arrays, bits of numbers) and calls the function. It is compiled by numba once for each
signature and kept as an object file; a call that runs at once goes through the same entry.
"""

from __future__ import annotations

import ctypes
from array import array
from collections.abc import Callable
from functools import cached_property, partial

import numpy as np

from fitcli.kernels import objects, recording
from fitcli.kernels.arguments import settle, signature_of, unpack
from fitcli.kernels.cache import cache_directory
from fitcli.kernels.denormals import flushing
from fitcli.kernels.lazy import OPTIONS, numba_ready

_door_type = ctypes.CFUNCTYPE(None, ctypes.c_void_p)


class Kernel:
    """A function and its compiled entries, one for each signature it is met with."""

    def __init__(self, function: Callable, links: Callable[[str], None] | None = None, exact: bool = False):
        self.function = function
        self.links = links
        self.options = OPTIONS | {"fastmath": False} if exact else OPTIONS
        self.name = function.__name__
        self.__doc__ = function.__doc__
        self._entries: dict[tuple, int] = {}
        self._doors: dict[tuple, Callable] = {}  # by what `unpack` says of the arguments

    @cached_property
    def checked(self):
        """The function with every index checked: slow, for tests and for finding faults."""
        return numba_ready().njit(boundscheck=True, error_model="numpy")(self.function)

    def __call__(self, *args):
        recorder = recording.current()
        if recorder is not None:
            recorder.append(self, settle(args))
            return
        door, words = self._ready(args)
        door(words.buffer_info()[0])

    def bind(self, *args) -> Callable[[], None]:
        """The call on these very arrays, ready to be made many times; it holds on to them."""
        door, words = self._ready(args)
        call = partial(door, words.buffer_info()[0])
        call.alive = args, words
        return call

    def _ready(self, args: tuple) -> tuple[Callable, array]:
        """What is called, and the block of integers that it is called with."""
        kinds, words = unpack(args)
        if kinds not in self._doors:
            self._doors[kinds] = _door_type(self.entry(settle(args)))
        return self._doors[kinds], words

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
            symbol = f"fitcli_{self._stem(signature)}"
            path = self._path(signature)
            try:
                data = path.read_bytes()
            except FileNotFoundError:
                data = self._compile(signature, symbol)
                objects.write(path, data)
            self._entries[signature] = objects.load(data, symbol)
        return self._entries[signature]

    def is_cached(self, signature: tuple) -> bool:
        """Whether an entry for this signature has been compiled on this machine before."""
        return signature in self._entries or self._path(signature).exists()

    def _stem(self, signature: tuple) -> str:
        return f"{self.function.__module__.replace('.', '_')}_{self.name}__{'_'.join(signature)}"

    def _path(self, signature: tuple):
        return cache_directory(self.function.__module__) / f"{self._stem(signature)}.o"

    def _compile(self, signature: tuple, symbol: str) -> bytes:
        numba = numba_ready()
        from fitcli.kernels import native

        names = {"view": native.view, "float_of_bits": native.float_of_bits, "np": np}
        names["function"] = numba.njit(inline="always", **self.options)(self.function)
        exec(entry_source(signature), names)
        # Without numba's run time: a kernel neither allocates nor raises, and no Python is called from it.
        entry = numba.njit(
            error_model="numpy", fastmath=self.options["fastmath"], no_cpython_wrapper=True, no_cfunc_wrapper=True, _nrt=False
        )(names["entry"])  # fmt: skip
        entry.compile((numba.int64,))
        (made,) = entry.overloads.values()
        return objects.emit(made.library.get_llvm_str() + _door(symbol, made.fndesc.mangled_name), symbol)


def kernel(function: Callable | None = None, *, links: Callable[[str], None] | None = None, exact: bool = False):
    """Decorator: see the module's first lines. `links(dtype)` runs before compiled code that calls symbols is loaded;
    `exact`: sums and differences are taken in the order they are written."""
    if function is None:
        return lambda f: Kernel(f, links, exact)
    return Kernel(function)


def entry_source(signature: tuple) -> str:
    """Python of the entry for a signature."""
    args, at = [], 0
    for kind in signature:
        if kind == "n":
            args.append("None")
        elif "x" in kind:
            code, ndim = kind.split("x")
            shape = "".join(f"b[{at + 1 + axis}], " for axis in range(int(ndim)))
            args.append(f"view(b[{at}], ({shape}), np.{np.dtype(code).name})")
            at += 1 + int(ndim)
        else:
            word = f"b[{at}]"
            args.append(word if kind == "i" else f"np.{np.dtype(kind).name}(float_of_bits({word}))")
            at += 1
    return (
        f"def entry(address):\n"
        f"    b = view(address, ({max(at, 1)},), np.int64)\n"
        f"    function({', '.join(args)})\n"
    )


def _door(symbol: str, native: str) -> str:
    """LLVM IR of `void symbol(int64)` in front of a function by numba's convention (result, exception, arguments)."""
    call = (
        f"  %result = alloca ptr\n"
        f"  %exception = alloca ptr\n"
        f'  %status = call i32 @"{native}"(ptr %result, ptr %exception, i64 %address)\n'
    )
    before, after, needs = flushing()
    return f'\n{needs}define void @"{symbol}"(i64 %address) {{\n{before}{call}{after}  ret void\n}}\n'
