"""What can be computed in a kernel: every operation, its overloads, their safe domains and how it is written.

One row of `_TABLE` per operation family. A signature is a word per argument, an arrow and the result:
`s` scalar, `v` vector, `m` square matrix, `q` quaternion, `b` bool, `i` int32, all of one scalar type and one
length; `s!domain` restricts an argument to the domain in which the operation is defined (`DOMAINS`).
Source: Warp documentation, "Built-Ins Reference".
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from generation.language.types import (
    BOOL,
    FLOATS,
    I32,
    I64,
    INTS,
    SCALARS,
    U32,
    Scalar,
    Type,
    matrix,
    quaternion,
    vector,
)

DOMAINS = ("nonzero", "positive", "nonnegative", "unit", "bounded", "shift", "angle")


class Overload(NamedTuple):
    operation: str
    arguments: tuple[Type, ...]
    result: Type
    domains: tuple[str | None, ...]


class Operation(NamedTuple):
    """`form` is infix, prefix, call (wp.name) or constructor (the name of the result type)."""

    name: str
    form: str
    token: str
    weight: float
    overloads: tuple[Overload, ...]


World = tuple[Scalar, int]
_SIGNED = tuple(s for s in SCALARS if s.kind != "uint")
_FLOAT: tuple[World, ...] = tuple((s, 0) for s in FLOATS)
_INT: tuple[World, ...] = tuple((s, 0) for s in INTS)
_NUMBER: tuple[World, ...] = tuple((s, 0) for s in SCALARS)
_NEGATABLE: tuple[World, ...] = tuple((s, 0) for s in _SIGNED)
_SHIFTABLE: tuple[World, ...] = tuple((s, 0) for s in (I32, I64, U32))
_SPACE: tuple[World, ...] = tuple((s, n) for s in FLOATS for n in (2, 3, 4))
_GRID: tuple[World, ...] = tuple((s, n) for s in (*FLOATS, I32) for n in (2, 3, 4))
_SPACE3: tuple[World, ...] = tuple((s, 3) for s in FLOATS)
_LOGIC: tuple[World, ...] = ((BOOL, 0),)
_ANY: tuple[World, ...] = (*_NUMBER, *_GRID)

# name, form, token, weight in real code, ((signature, worlds), ...)
_TABLE: tuple[tuple[str, str, str, float, tuple[tuple[str, tuple[World, ...]], ...]], ...] = (
    (
        "add",
        "infix",
        "+",
        10,
        (("s s > s", _NUMBER), ("v v > v", _GRID), ("m m > m", _SPACE), ("q q > q", _FLOAT)),
    ),
    ("sub", "infix", "-", 8, (("s s > s", _NUMBER), ("v v > v", _GRID), ("m m > m", _SPACE))),
    (
        "mul",
        "infix",
        "*",
        10,
        (
            ("s s > s", _NUMBER),
            ("v s > v", _GRID),
            ("s v > v", _GRID),
            ("m s > m", _SPACE),
            ("s m > m", _SPACE),
            ("q q > q", _FLOAT),
            ("q s > q", _FLOAT),
        ),
    ),
    ("matmul", "infix", "@", 2, (("m v > v", _SPACE), ("m m > m", _SPACE))),
    (
        "div",
        "infix",
        "/",
        3,
        (("s s!nonzero > s", _FLOAT), ("v s!nonzero > v", _SPACE), ("m s!nonzero > m", _SPACE)),
    ),
    ("floordiv", "infix", "//", 0.25, (("s s!nonzero > s", (*_INT, *_FLOAT)),)),
    ("mod", "infix", "%", 0.4, (("s s!nonzero > s", (*_INT, *_FLOAT)),)),
    ("pow", "infix", "**", 0.5, (("s!positive s!bounded > s", _FLOAT),)),
    ("bit_and", "infix", "&", 1, (("s s > s", _INT),)),
    ("bit_or", "infix", "|", 1, (("s s > s", _INT),)),
    ("bit_xor", "infix", "^", 1, (("s s > s", _INT),)),
    ("lshift", "infix", "<<", 0.5, (("s s!shift > s", _SHIFTABLE),)),
    ("rshift", "infix", ">>", 0.5, (("s s!shift > s", _SHIFTABLE),)),
    ("neg", "prefix", "-", 2, (("s > s", _NEGATABLE), ("v > v", _GRID), ("m > m", _SPACE))),
    ("invert", "prefix", "~", 0.3, (("s > s", _INT),)),
    ("lt", "infix", "<", 3, (("s s > b", _NUMBER),)),
    ("le", "infix", "<=", 1, (("s s > b", _NUMBER),)),
    ("gt", "infix", ">", 3, (("s s > b", _NUMBER),)),
    ("ge", "infix", ">=", 1, (("s s > b", _NUMBER),)),
    ("eq", "infix", "==", 1, (("s s > b", _INT),)),
    ("ne", "infix", "!=", 1, (("s s > b", _INT),)),
    ("and", "infix", "and", 2, (("b b > b", _LOGIC),)),
    ("or", "infix", "or", 1, (("b b > b", _LOGIC),)),
    ("not", "prefix", "not ", 0.5, (("b > b", _LOGIC),)),
    ("min", "call", "min", 2, (("s s > s", _NUMBER), ("v v > v", _SPACE), ("v > s", _SPACE))),
    ("max", "call", "max", 2, (("s s > s", _NUMBER), ("v v > v", _SPACE), ("v > s", _SPACE))),
    ("clamp", "call", "clamp", 1, (("s s s > s", _NUMBER),)),
    ("abs", "call", "abs", 2, (("s > s", _NEGATABLE), ("v > v", _SPACE))),
    ("sign", "call", "sign", 0.6, (("s > s", _NEGATABLE), ("v > v", _SPACE))),
    ("step", "call", "step", 0.3, (("s > s", _FLOAT),)),
    ("nonzero", "call", "nonzero", 0.2, (("s > s", _FLOAT),)),
    ("copysign", "call", "copysign", 0.3, (("s s > s", _FLOAT),)),
    ("sqrt", "call", "sqrt", 2, (("s!nonnegative > s", _FLOAT),)),
    ("cbrt", "call", "cbrt", 0.3, (("s > s", _FLOAT),)),
    ("exp", "call", "exp", 1, (("s!bounded > s", _FLOAT),)),
    ("log", "call", "log", 0.7, (("s!positive > s", _FLOAT),)),
    ("log2", "call", "log2", 0.3, (("s!positive > s", _FLOAT),)),
    ("log10", "call", "log10", 0.2, (("s!positive > s", _FLOAT),)),
    ("sin", "call", "sin", 1, (("s > s", _FLOAT),)),
    ("cos", "call", "cos", 1, (("s > s", _FLOAT),)),
    ("tan", "call", "tan", 0.3, (("s!unit > s", _FLOAT),)),
    ("asin", "call", "asin", 0.3, (("s!unit > s", _FLOAT),)),
    ("acos", "call", "acos", 0.3, (("s!unit > s", _FLOAT),)),
    ("atan", "call", "atan", 0.4, (("s > s", _FLOAT),)),
    ("atan2", "call", "atan2", 0.6, (("s s!positive > s", _FLOAT),)),
    ("sinh", "call", "sinh", 0.2, (("s!bounded > s", _FLOAT),)),
    ("cosh", "call", "cosh", 0.2, (("s!bounded > s", _FLOAT),)),
    ("tanh", "call", "tanh", 0.6, (("s > s", _FLOAT),)),
    ("erf", "call", "erf", 0.3, (("s > s", _FLOAT),)),
    ("erfc", "call", "erfc", 0.1, (("s > s", _FLOAT),)),
    ("degrees", "call", "degrees", 0.2, (("s > s", _FLOAT),)),
    ("radians", "call", "radians", 0.2, (("s > s", _FLOAT),)),
    ("round", "call", "round", 0.2, (("s > s", _FLOAT),)),
    ("rint", "call", "rint", 0.1, (("s > s", _FLOAT),)),
    ("trunc", "call", "trunc", 0.1, (("s > s", _FLOAT),)),
    ("floor", "call", "floor", 0.6, (("s > s", _FLOAT),)),
    ("ceil", "call", "ceil", 0.3, (("s > s", _FLOAT),)),
    ("frac", "call", "frac", 0.2, (("s > s", _FLOAT),)),
    ("lerp", "call", "lerp", 0.6, (("s s s!unit > s", _FLOAT), ("v v s!unit > v", _SPACE))),
    ("smoothstep", "call", "smoothstep", 0.3, (("s s s > s", _FLOAT),)),
    ("where", "call", "where", 1.5, (("b s s > s", _NUMBER), ("b v v > v", _SPACE))),
    ("bit_count", "call", "bit_count", 0.2, (("s > i", _SHIFTABLE),)),
    ("isfinite", "call", "isfinite", 0.2, (("s > b", _FLOAT),)),
    ("dot", "call", "dot", 3, (("v v > s", _SPACE), ("q q > s", _FLOAT))),
    ("cross", "call", "cross", 2, (("v v > v", _SPACE3),)),
    ("length", "call", "length", 2, (("v > s", _SPACE), ("q > s", _FLOAT))),
    ("length_sq", "call", "length_sq", 1, (("v > s", _SPACE),)),
    ("normalize", "call", "normalize", 1.5, (("v > v", _SPACE), ("q > q", _FLOAT))),
    ("cw_mul", "call", "cw_mul", 0.8, (("v v > v", _SPACE), ("m m > m", _SPACE))),
    ("cw_div", "call", "cw_div", 0.3, (("v v!nonzero > v", _SPACE),)),
    ("outer", "call", "outer", 1, (("v v > m", _SPACE),)),
    ("ddot", "call", "ddot", 0.3, (("m m > s", _SPACE),)),
    ("skew", "call", "skew", 0.5, (("v > m", _SPACE3),)),
    ("transpose", "call", "transpose", 1, (("m > m", _SPACE),)),
    ("inverse", "call", "inverse", 0.4, (("m > m", _SPACE),)),
    ("determinant", "call", "determinant", 0.6, (("m > s", _SPACE),)),
    ("trace", "call", "trace", 0.6, (("m > s", _SPACE),)),
    ("diag", "call", "diag", 0.4, (("v > m", _SPACE),)),
    ("get_diag", "call", "get_diag", 0.3, (("m > v", _SPACE),)),
    ("quat_from_axis_angle", "call", "quat_from_axis_angle", 1, (("v s!angle > q", _SPACE3),)),
    ("quat_rotate", "call", "quat_rotate", 2, (("q v > v", _SPACE3),)),
    ("quat_rotate_inv", "call", "quat_rotate_inv", 1, (("q v > v", _SPACE3),)),
    ("quat_inverse", "call", "quat_inverse", 1, (("q > q", _FLOAT),)),
    ("quat_slerp", "call", "quat_slerp", 0.5, (("q q s!unit > q", _FLOAT),)),
    ("quat_to_matrix", "call", "quat_to_matrix", 0.6, (("q > m", _SPACE3),)),
    ("quat_rpy", "call", "quat_rpy", 0.2, (("s!angle s!angle s!angle > q", _FLOAT),)),
)


def _signature(text: str, world: World) -> tuple[tuple[Type, ...], Type, tuple[str | None, ...]]:
    scalar, n = world
    meaning = {"s": scalar, "b": BOOL, "i": I32}
    if scalar.kind == "float":
        meaning["q"] = quaternion(scalar)
    if n:
        meaning |= {"v": vector(n, scalar), "m": matrix(n, n, scalar)}
    left, result = text.split(" > ")
    words = [word.partition("!") for word in left.split()]
    return tuple(meaning[w[0]] for w in words), meaning[result], tuple(w[2] or None for w in words)


def _operations() -> Iterable[Operation]:
    for name, form, token, weight, signatures in _TABLE:
        overloads = []
        for text, worlds in signatures:
            overloads += [Overload(name, *_signature(text, world)) for world in worlds]
        yield Operation(name, form, token, weight, tuple(overloads))
    # Conversions and constructors are named after their result.
    numbers = (*SCALARS, BOOL)
    yield Operation(
        "convert",
        "constructor",
        "",
        1,
        tuple(Overload("convert", (a,), r, (None,)) for r in SCALARS for a in numbers if a is not r),
    )
    yield Operation(
        "dynamic",
        "constructor",
        "",
        0,
        tuple(Overload("dynamic", (s,), s, (None,)) for s in numbers),
    )
    yield Operation(
        "construct",
        "constructor",
        "",
        1.5,
        tuple(
            Overload("construct", (s,) * n, r, (None,) * n)
            for s in (*FLOATS, I32)
            for k in (2, 3, 4)
            for r, n in ((vector(k, s), k), *([(matrix(k, k, s), k * k)] if s is not I32 and k < 4 else []))
        ),
    )


OPERATIONS: dict[str, Operation] = {operation.name: operation for operation in _operations()}

_AMBIGUOUS = ("convert", "construct")  # their result is not a function of the argument types
RESULTS: dict[tuple, Overload] = {
    (o.operation, o.arguments) if o.operation not in _AMBIGUOUS else (o.operation, o.arguments, o.result): o
    for operation in OPERATIONS.values()
    for o in operation.overloads
}


def overload_of(operation: str, arguments: tuple[Type, ...], result: Type) -> Overload | None:
    """The overload that Warp resolves to, or None where there is none."""
    if operation in _AMBIGUOUS:
        return RESULTS.get((operation, arguments, result))
    return RESULTS.get((operation, arguments))


PRODUCERS: dict[Type, tuple[Overload, ...]] = {}
for _overload in RESULTS.values():
    PRODUCERS[_overload.result] = (*PRODUCERS.get(_overload.result, ()), _overload)
