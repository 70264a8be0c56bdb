"""What numba makes of our compiled functions and intrinsics, made when a kernel that uses them is compiled and not before.

A start that finds its kernels compiled on disk never imports numba: that saves a third of a second and 60 MB.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, cached_property

# nnan and ninf are left out on purpose: they would hide a divergence.
FAST_MATH = {"nsz", "arcp", "contract", "afn", "reassoc"}
OPTIONS = {"fastmath": FAST_MATH, "error_model": "numpy", "nogil": True}


class Lazy:
    """Stands for what `make` returns wherever compiled code mentions it; `numba_ready` tells numba how."""

    def __init__(self, make: Callable[[], object]):
        self._make = make

    @cached_property
    def made(self):
        numba_ready()
        return self._make()

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self.made, name)

    def __call__(self, *args):
        return self.made(*args)


@cache
def numba_ready():
    """Numba, able to meet a `Lazy` in what it compiles."""
    import numba
    from numba.core.registry import cpu_target
    from numba.extending import typeof_impl

    @typeof_impl.register(Lazy)
    def _(lazy, _context):
        made = lazy.made
        for context in (cpu_target.typing_context, cpu_target.target_context):
            context.refresh()  # it may have been made this moment, in the middle of a compilation
        return cpu_target.typing_context.resolve_value_type(made)

    return numba


def inner(function: Callable | None = None, **options):
    """Decorator of a compiled function that only kernels call: it is compiled with each of them."""
    if function is None:
        return lambda f: inner(f, **options)
    return Lazy(lambda: numba_ready().njit(**OPTIONS | options)(function))


def intrinsic(define: Callable) -> Lazy:
    """numba's decorator: `define(typingctx, *types)` returns a signature and a function that emits LLVM IR."""

    def make():
        from numba.extending import intrinsic

        return intrinsic(define)

    return Lazy(make)


def _types():
    from numba.core import types

    return types


types = Lazy(_types)
