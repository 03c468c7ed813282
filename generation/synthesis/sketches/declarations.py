"""Parameters and constants written as text: `v[n] x pos` is an array of vectors called x or pos."""

from __future__ import annotations

import re
from functools import cache

from generation.language.types import (
    BOOL,
    I32,
    I64,
    U8,
    U32,
    U64,
    Type,
    Value,
    array,
    matrix,
    vector,
)
from generation.program.nodes import (
    Bound,
    Expression,
    Span,
)
from generation.synthesis import framing
from generation.synthesis.builder import Builder
from generation.synthesis.enumerations import Enumeration
from generation.synthesis.terms import fixed

_KIND = re.compile(r"[a-z]\d*")
_ROLES = ("in", "out", "inout")


@cache
def bound_of(text: str) -> Bound:
    if text.isdigit():
        return fixed(int(text))
    size, _, offset = text.partition("+")
    return Bound(size, int(offset or 0))


@cache
def _declaration(text: str):
    head, *words = text.split()
    role = "in"
    if head in _ROLES:
        role, head, *words = head, *words
    kind, bracket, extents = head.rstrip("]").partition("[")
    kind, mark, target = _KIND.match(kind)[0], *_pointed(kind)
    bounds = tuple([bound_of(extent) for extent in extents.split(",")]) if bracket else None
    return role, kind, mark, target, bounds, tuple(words)


def _pointed(kind: str) -> tuple[str, str]:
    for mark in "><?:!":
        if mark in kind:
            return mark, kind.partition(mark)[2]
    return "", ""


def declare(b: Builder, text: str) -> Expression | Enumeration:
    """A parameter from its declaration: role, kind, extents, words for its name.

    Kinds: s scalar, v vector, v2 v3 ... of a length (v6 spatial), m matrix, m2 m3 m4 m6 and m23 ... of a
    shape, q quaternion, t rigid motion, i int, b bool, u uint32, u8 i64 u64, i2 i3 i4 vectors of ints, c a
    coefficient from wherever coefficients come from.
    `n:edges` is the size of an axis; `i>edges` points into the axis, `i!edges` too and no two elements are
    the same, `i?edges` too or is -1, `i<edges` is an offset up to its end.
    `e ShapeType SPHERE BOX` are kinds by name: `shapes.BOX` is 1, or the member of an enumeration.
    """
    role, kind, mark, target, extents, words = _declaration(text)
    if kind == "n":
        return b.size(bound_of(target), *words)
    if kind == "e":
        return Enumeration(b, words[0], words[1:])
    if kind == "c":
        return framing.coefficient(b, *words)
    type_ = type_of(b, kind)
    span = None
    if mark:
        end = bound_of(target)
        high = end if mark == "<" else Bound(end.size, end.offset - 1)
        span = Span(fixed(-1 if mark == "?" else 0), high, mark == "!")
    if extents is None:
        return b.parameter(type_, *words, span=span)
    return b.array(type_, extents, *words, role=role, span=span)


def element_type(b: Builder, kind: str) -> Type:
    """The type of a field: `v3`, or `v3[]` and `i[,]` for arrays."""
    kind, bracket, commas = kind.rstrip("]").partition("[")
    return array(type_of(b, kind), len(commas) + 1) if bracket else type_of(b, kind)


def type_of(b: Builder, kind: str) -> Value:
    """The type that a kind means in a program; `v5` and `m23` are of its real numbers."""
    known = _TYPES.get(kind)
    if known:
        return known(b)
    return vector(int(kind[1:]), b.real) if kind[0] == "v" else matrix(int(kind[1]), int(kind[2]), b.real)


_TYPES = {
    "s": lambda b: b.real,
    "v": lambda b: b.space,
    "m": lambda b: b.square,
    "q": lambda b: b.rotation,
    "i": lambda b: I32,
    "b": lambda b: BOOL,
    "u": lambda b: U32,
    "u8": lambda b: U8,
    "i64": lambda b: I64,
    "u64": lambda b: U64,
    "t": lambda b: b.frame,
    "v6": lambda b: b.spatial,
    "m6": lambda b: matrix(6, 6, b.real),
    **{f"i{n}": lambda b, n=n: vector(n, I32) for n in (2, 3, 4)},
    **{f"v{n}": lambda b, n=n: vector(n, b.real) for n in (2, 3, 4)},
    **{f"m{n}": lambda b, n=n: matrix(n, n, b.real) for n in (2, 3, 4)},
}
