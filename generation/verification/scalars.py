"""Numbers as C++ computes with them: NumPy scalars of exact width, integer division, shifts, casts, libm.

Functions of a real number go through double precision and are rounded once, which is what a good single
precision library gives.
"""

from __future__ import annotations

import math

import numpy as np

from generation.verification.faults import DivisionByZero, Undefined

FLOATS = (np.float16, np.float32, np.float64)
_REAL = frozenset(FLOATS) | {float}
INTS = (np.int8, np.int16, np.int32, np.int64, np.uint8, np.uint16, np.uint32, np.uint64)
_WIDTH = {kind: np.iinfo(kind).bits for kind in INTS}
_LOW = {kind: int(np.iinfo(kind).min) for kind in INTS}
_HIGH = {kind: int(np.iinfo(kind).max) for kind in INTS}


def is_real(x) -> bool:
    return x.__class__ in _REAL


def wrapped(kind, x: int):
    """An integer brought into the range of its type, as two's complement does."""
    low, width = _LOW[kind], _WIDTH[kind]
    return kind(((x - low) & ((1 << width) - 1)) + low)


def to_int(kind, x):
    """C++'s conversion to an integer; NaN and what does not fit have none."""
    if x.__class__ is kind:
        return x
    if x.__class__ in _REAL:
        if not math.isfinite(x) or not _LOW[kind] <= (whole := int(x)) <= _HIGH[kind]:
            raise Undefined(f"{x} as {kind.__name__}")
        return kind(whole)
    return wrapped(kind, int(x))


def div(a, b):
    kind = a.__class__
    if kind in _WIDTH and b.__class__ in _WIDTH:
        return _truncated(kind, int(a), int(b))
    return a / b


def _truncated(kind, a: int, b: int):
    if b == 0:
        raise DivisionByZero(f"{a} / 0")
    quotient = abs(a) // abs(b)
    quotient = quotient if (a < 0) == (b < 0) else -quotient
    if quotient > _HIGH[kind]:
        raise Undefined(f"{a} / {b}")
    return kind(quotient)


def floordiv(a, b):
    kind = a.__class__
    if kind in _WIDTH:
        if int(b) == 0:
            raise DivisionByZero(f"{a} // 0")
        return wrapped(kind, int(a) // int(b))
    return np.floor(a / b)


def mod(a, b):
    """The remainder with the sign of the dividend."""
    kind = a.__class__
    if kind in _WIDTH:
        a, b = int(a), int(b)
        if b == 0:
            raise DivisionByZero(f"{a} % 0")
        remainder = abs(a) % abs(b)
        return kind(remainder if a >= 0 else -remainder)
    if kind in _REAL:
        try:
            return kind(math.fmod(a, b))
        except ValueError:
            return kind(math.nan)
    return a.like(tuple(map(mod, a.c, b.c)))


def power(a, b):
    try:
        return a.__class__(math.pow(a, b))
    except (ValueError, OverflowError):
        return a.__class__(np.power(np.float64(a), np.float64(b)))


def _shift_by(a, b) -> int:
    count = int(b)
    if not 0 <= count < max(32, _WIDTH[a.__class__]):
        raise Undefined(f"a shift of {a.__class__.__name__} by {count}")
    return count


def lshift(a, b):
    if a.__class__ not in _WIDTH:
        return a.like(tuple(map(lshift, a.c, b.c)))
    return wrapped(a.__class__, int(a) << _shift_by(a, b))


def rshift(a, b):
    if a.__class__ not in _WIDTH:
        return a.like(tuple(map(rshift, a.c, b.c)))
    return a.__class__(int(a) >> _shift_by(a, b))


def _elementwise(f):
    def g(x):
        return x.like(tuple(map(f, x.c))) if hasattr(x, "c") else f(x)

    return g


def _real(f, otherwise):
    """A function of libm; `otherwise` says what it gives where Python raises."""

    def g(x):
        try:
            return x.__class__(f(x))
        except (ValueError, OverflowError):
            return x.__class__(otherwise(np.float64(x)))

    return g


def absolute(x):
    if x.__class__ in _WIDTH:
        return wrapped(x.__class__, abs(int(x)))
    return abs(x)


def neg(x):
    """0 - x, as Warp computes it for a number: the negative of 0 is 0, and not -0."""
    return x.__class__(0) - x if isinstance(x, np.generic) else -x


def minimum(a, b):
    if a.__class__ in _WIDTH:
        return a if a < b else b
    return a if a <= b else (b if b == b else a)


def maximum(a, b):
    if a.__class__ in _WIDTH:
        return a if a > b else b
    return a if a >= b else (b if b == b else a)


def _round(x):
    return x.__class__(math.copysign(math.floor(abs(float(x)) + 0.5), x)) if abs(x) < 2.0**51 else x


def _whole(f):
    def g(x):
        return x.__class__(math.copysign(f(x), x)) if math.isfinite(x) else x

    return g


def _cbrt(x):
    return np.cbrt(np.float64(x))


def erfinv(y):
    """Newton's method on erf, from an elementary first guess (Winitzki)."""
    y = float(y)
    if not -1.0 < y < 1.0:
        return math.copysign(math.inf, y) if abs(y) == 1.0 else math.nan
    a, rest = 0.147, math.log1p(-y * y)
    term = 2.0 / (math.pi * a) + rest / 2.0
    x = math.copysign(math.sqrt(max(math.sqrt(term * term - rest / a) - term, 0.0)), y)
    for _ in range(4):
        slope = 2.0 / math.sqrt(math.pi) * math.exp(-x * x)
        x -= (math.erf(x) - y) / slope if slope > 0.0 else 0.0
    return x


def frac(x):
    return x - x.__class__(math.trunc(float(x))) if math.isfinite(x) else x - x


def sign(x):
    return x.__class__(-1 if x < 0 else 1)


def clamp(x, low, high):
    return minimum(maximum(low, x), high)


def smoothstep(a, b, x):
    x = clamp((x - a) / (b - a), x.__class__(0), x.__class__(1))
    return x * x * (3 - 2 * x)


def _limited(f):
    return lambda x: f(min(max(float(x), -1.0), 1.0) if x == x else math.nan)


def fails(x):
    return math.nan


REAL = {
    "sin": _real(math.sin, fails),
    "cos": _real(math.cos, fails),
    "tan": _real(math.tan, fails),
    "asin": _real(_limited(math.asin), fails),
    "acos": _real(_limited(math.acos), fails),
    "atan": _real(math.atan, fails),
    "sinh": _real(math.sinh, np.sinh),
    "cosh": _real(math.cosh, np.cosh),
    "tanh": _real(math.tanh, fails),
    "exp": _real(math.exp, np.exp),
    "log": _real(math.log, np.log),
    "log2": _real(math.log2, np.log2),
    "log10": _real(math.log10, np.log10),
    "sqrt": _real(math.sqrt, fails),
    "cbrt": _real(_cbrt, fails),
    "erf": _real(math.erf, fails),
    "erfc": _real(math.erfc, fails),
    "erfinv": _real(erfinv, fails),
    "erfcinv": _real(lambda y: erfinv(1.0 - float(y)), fails),
    "round": _elementwise(_round),
    "rint": _whole(lambda x: float(np.rint(np.float64(x)))),
    "trunc": _whole(lambda x: abs(math.trunc(float(x)))),
    "floor": lambda x: np.floor(x),
    "ceil": lambda x: np.ceil(x),
    "frac": frac,
    "degrees": lambda x: x * x.__class__(57.29577951308232),
    "radians": lambda x: x * x.__class__(0.017453292519943295),
    "step": lambda x: x.__class__(1 if x < 0 else 0),
    "nonzero": lambda x: x.__class__(0 if x == 0 else 1),
    "sign": _elementwise(sign),
    "abs": _elementwise(absolute),
}

SCALAR = REAL | {
    "atan2": lambda y, x: y.__class__(math.atan2(y, x)),
    "copysign": lambda x, y: x.__class__(math.copysign(x, y)),
    "smoothstep": smoothstep,
    "pow": power,
    "mod": mod,
    "div": div,
    "div_approx": div,
    "floordiv": floordiv,
    "lshift": lshift,
    "rshift": rshift,
    "bit_count": lambda x: np.int32((int(x) & ((1 << _WIDTH[x.__class__]) - 1)).bit_count()),
    "bit_and": lambda a, b: a & b,
    "bit_or": lambda a, b: a | b,
    "bit_xor": lambda a, b: a ^ b,
    "invert": lambda a: ~a,
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "neg": neg,
    "pos": lambda a: a,
    "unot": lambda a: not a,
    "where": lambda condition, a, b: a if condition else b,
    "select": lambda condition, a, b: b if condition else a,
}
