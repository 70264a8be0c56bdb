"""A kernel's own source, run by Python on complex numbers instead of by the machine on floats.

The same statements in the same order; only what they are made of is replaced: exp, log, sqrt, tanh and erfc are those of
complex numbers, and branches (<, max, abs) read the real part, as the complex step wants it. What works on the bits or
addresses of floats cannot be run so: Uninterpretable, with its name.
"""

from __future__ import annotations

import builtins
import math
from collections.abc import Callable
from functools import cache
from types import BuiltinFunctionType, FunctionType, ModuleType

import numpy as np

from fitcli.autodiff.check.memory import Address, largest, panel_width, rows_product, view
from fitcli.kernels.kernel import Kernel
from fitcli.kernels.lazy import Lazy
from fitcli.kernels.native import CHANNELS
from fitcli.kernels.recording import Recorder

_COMPILED = ("fitcli.kernels.random",)  # whole numbers that wrap around; nothing of it depends on v


class Uninterpretable(Exception):
    """Its text is the name of what cannot be run on complex numbers."""


class Interpreter(Recorder):
    """Kernels called inside of `recording(Interpreter())` are interpreted at once."""

    def append(self, kernel: Kernel, args: tuple) -> None:
        interpreted(kernel.function)(*args)


@cache
def interpreted(function: Callable) -> Callable:
    """The same function over complex numbers."""
    known = {"abs": _abs, "__builtins__": builtins}
    for name in _names(function.__code__):
        if name in function.__globals__:
            known[name] = _replaced(name, function.__globals__[name])
    return FunctionType(function.__code__, known, function.__name__, function.__defaults__, function.__closure__)


def _names(code) -> set[str]:
    inner = (_names(c) for c in code.co_consts if hasattr(c, "co_names"))
    return set(code.co_names).union(*inner)


def _replaced(name: str, value: object) -> object:
    if value is np:
        return _Numpy
    if isinstance(value, ModuleType) and value is math:
        return _Math
    if isinstance(value, BuiltinFunctionType) and value.__module__ == "math":
        return getattr(_Math, value.__name__)
    if isinstance(value, Kernel):
        return interpreted(value.function)
    if not isinstance(value, Lazy):
        return value
    if name in _TWINS:
        return _TWINS[name]
    python = getattr(value.made, "py_func", None)
    if python is None:
        return _refused(name)
    return _compiled(value.made) if python.__module__ in _COMPILED else interpreted(python)


def _compiled(made: Callable) -> Callable:
    """As it is, but for Python's whole numbers: those of 64 bits have no sign there."""
    return lambda *args: made(*(np.uint64(a) if isinstance(a, int) and a >= 2**63 else a for a in args))


def _refused(name: str) -> Callable:
    def refuse(*args):
        raise Uninterpretable(name)

    return refuse


def _abs(x):
    return -x if x.real < 0 else x


def _erfc(x):
    """At x + i h with h so small that h² = 0: erfc x − i h 2 / √π exp(−x²)."""
    return np.complex128(complex(math.erfc(x.real), -x.imag * 2 / math.sqrt(math.pi) * math.exp(-x.real * x.real)))


class _Math:
    """The module `math`, of complex numbers."""

    pi, inf, e, nan = math.pi, math.inf, math.e, math.nan
    exp, log, sqrt, tanh, cos, sin, log1p, expm1 = np.exp, np.log, np.sqrt, np.tanh, np.cos, np.sin, np.log1p, np.expm1
    fabs, erfc = _abs, _erfc

    @staticmethod
    def pow(x, p):
        return np.power(np.complex128(x), p)

    @staticmethod
    def erf(x):
        return 1 - _erfc(x)

    @staticmethod
    def floor(x):
        return math.floor(x.real)

    @staticmethod
    def isnan(x):
        return bool(np.isnan(x))


class _NumpyLike:
    """numpy, whose float64 is complex128: kernels that sum in double precision sum in complex numbers."""

    float64 = complex128 = np.complex128

    def __getattr__(self, name: str):
        return getattr(np, name)


_Numpy = _NumpyLike()
_TWINS = {
    "flat": lambda x: x.reshape(-1), "rows_of": lambda x: x.reshape(-1, x.shape[-1]),
    "local": lambda dtype: np.zeros(CHANNELS, dtype), "size_of": lambda x: 8,
    "address_of": Address, "view": view, "largest": largest, "rows_product": rows_product, "panel_width": panel_width,
}  # fmt: skip
