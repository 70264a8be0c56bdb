"""eˣ, what is made of it, and the normal distribution function in plain arithmetic for float32: loops become vectors.

The C library's functions take one number at a time. For float64, the type of derivative checks, they are what is used.

eˣ = 2ⁿ eʳ, n the whole number nearest to x / ln 2, |r| ≤ ln 2 / 2, eʳ by its series up to r⁷ / 7! (Cody & Waite, Software
manual for the elementary functions, 1980). erfc z = t q(t) exp(−z²), t = 1 / (1 + z/2), q a polynomial that is right to
3e-8 of its value (fitted for this file). Results are exact to some 1e-7 of theirs.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import erfc, exp, expm1, factorial, log, log1p, sqrt, tanh

from llvmlite import ir

from fitcli.kernels.lazy import inner, intrinsic
from fitcli.kernels.native import size_of

_LOW, _HIGH = -86.6, 88.72283  # below the one eˣ counts as 0, above the other it is infinite
_LN2_HIGH = 0.693359375  # its last bits are 0: n times it is exact
_LN2_LOW = log(2) - _LN2_HIGH
_ROUND = 1.5 * 2**23  # added to a number of less than 2²², it leaves the nearest whole one in the last bits
_SERIES = [1 / factorial(k) for k in range(8)]
_LESS_ONE = [1 / factorial(k + 1) for k in range(8)]  # of (eˣ − 1) / x
_INVERSE_TANGENT = [2 / (2 * k + 1) for k in range(8)]  # of 2 artanh(s) / s, in powers of s²
_ERFC = [
    0.2820947997, 0.2820928673, 0.2469135612, 0.1749485963, 0.09582719939, -0.06795827531, 0.1518851796, -0.4824747605,
    0.5168995401, -0.2455800363, 0.04535133662,
]  # fmt: skip
_ROOT_HALF = sqrt(0.5)

_FLOAT, _WORD = ir.FloatType(), ir.IntType(32)
_KEPT = ("contract",)  # any flag of its own keeps an operation from being regrouped with its neighbours


def _polynomial(builder, coefficients: Sequence[float], x):
    """Σ coefficients[k] xᵏ."""
    value = _FLOAT(coefficients[-1])
    for coefficient in reversed(coefficients[:-1]):
        value = builder.fadd(builder.fmul(value, x, flags=_KEPT), _FLOAT(coefficient), flags=_KEPT)
    return value


def _of_float32(emit):
    """The intrinsic of one float32; in the branch for float64, which is never taken, it only has to be valid."""

    def define(typingctx, x):
        def codegen(context, builder, signature, args):
            if x.bitwidth == 32:
                return emit(builder, args[0])
            return builder.fpext(emit(builder, builder.fptrunc(args[0], _FLOAT)), ir.DoubleType())

        return x(x), codegen

    return intrinsic(define)


def _emit_exponential(builder, x):
    """eˣ, NaN for NaN."""
    shifted = builder.fadd(builder.fmul(x, _FLOAT(1 / log(2)), flags=_KEPT), _FLOAT(_ROUND), flags=_KEPT)
    n = builder.fsub(shifted, _FLOAT(_ROUND), flags=_KEPT)
    r = builder.fsub(x, builder.fmul(n, _FLOAT(_LN2_HIGH), flags=_KEPT), flags=_KEPT)
    r = builder.fsub(r, builder.fmul(n, _FLOAT(_LN2_LOW), flags=_KEPT), flags=_KEPT)
    power = _polynomial(builder, _SERIES, r)
    # 2ⁿ⁻¹ by its bits, and once more 2: 2ⁿ alone would be infinite at the upper end
    bits = builder.add(builder.shl(builder.bitcast(shifted, _WORD), _WORD(23)), _WORD(126 << 23))
    value = builder.fmul(builder.fmul(power, _FLOAT(2.0), flags=_KEPT), builder.bitcast(bits, _FLOAT), flags=_KEPT)
    value = builder.select(builder.fcmp_ordered("<", x, _FLOAT(_LOW)), _FLOAT(0.0), value)
    return builder.select(builder.fcmp_ordered(">", x, _FLOAT(_HIGH)), _FLOAT(float("inf")), value)


_exponential32 = _of_float32(_emit_exponential)
_less_one32 = _of_float32(lambda builder, x: _polynomial(builder, _LESS_ONE, x))
_inverse_tangent32 = _of_float32(lambda builder, x: _polynomial(builder, _INVERSE_TANGENT, x))
_erfc_factor32 = _of_float32(lambda builder, t: _polynomial(builder, _ERFC, t))


@inner
def exponential(x):
    """eˣ."""
    return _exponential32(x) if size_of(x) == 4 else exp(x)


@inner
def less_one(x):
    """eˣ − 1 for x ≤ 0, also next to 0 to some 1e-7 of its value."""
    if size_of(x) == 8:
        return expm1(x)
    near, far = x * _less_one32(x), exponential(x) - type(x)(1)
    return near if x > type(x)(-0.5) else far


@inner
def log_one_more(x):
    """log(1 + x) for 0 ≤ x ≤ 1: 2 artanh s with s = x / (2 + x), at most 1/3."""
    if size_of(x) == 8:
        return log1p(x)
    s = x / (type(x)(2) + x)
    return s * _inverse_tangent32(s * s)


@inner
def hyperbolic_tangent(x):
    """tanh |x| = −m / (m + 2), m = e^−2|x| − 1."""
    if size_of(x) == 8:
        return tanh(x)
    m = less_one(type(x)(-2) * abs(x))
    t = -m / (m + type(x)(2))
    return t if x >= type(x)(0) else -t


@inner
def gaussian(x):
    """exp(−x² / 2)."""
    return exponential(type(x)(-0.5) * x * x)


@inner(inline="always")
def normal_below(x, e):
    """Φ(x), the share of a standard normal distribution below x: erfc(−x / √2) / 2; e = gaussian(x)."""
    number = type(x)
    if size_of(x) == 8:
        below = number(0.5) * erfc(number(-_ROOT_HALF) * x)
    else:
        t = number(1) / (number(1) + number(0.5 * _ROOT_HALF) * abs(x))
        beyond = number(0.5) * t * _erfc_factor32(t) * e
        below = beyond if x < number(0) else number(1) - beyond
    return below
