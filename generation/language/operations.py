"""What can be computed in a kernel: every operation, its overloads, their safe domains and how it is written.

The rows are in `tables`; conversions and constructors, which are named after their result, are made here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from generation.language.tables import CHOSEN, TABLE, WORLDS, World
from generation.language.types import (
    BOOL,
    BVH,
    CLOSEST,
    F16,
    F32,
    F64,
    FLOATS,
    HASH_GRID,
    HIT,
    I32,
    I64,
    MESH,
    QUERY,
    SCALARS,
    STATE,
    TEXTURES,
    U32,
    U64,
    VOLUME,
    Type,
    array,
    matrix,
    quaternion,
    transform,
    tuple_of,
    vector,
)


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


def _words(world: World) -> dict[str, Type]:
    """What the words of a signature mean in a world."""
    scalar, n = world
    meaning: dict[str, Type] = {"H": HASH_GRID, "B": BVH, "M": MESH, "V": VOLUME}
    meaning |= {"Q": QUERY, "C": CLOSEST, "R": HIT, "p": vector(3, F32)}
    meaning |= {f"X{n}": texture for n, texture in enumerate(TEXTURES, 1)}
    meaning |= {"s": scalar, "b": BOOL, "i": I32, "u": U32, "r": STATE, "a": array(scalar)}
    if n:
        meaning |= {"v": vector(n, scalar), "m": matrix(n, n, scalar), "A": array(vector(n, scalar))}
    if scalar.kind == "float":
        meaning |= {"q": quaternion(scalar), "t": transform(scalar)}
        meaning |= {"w": vector(6, scalar), "W": matrix(6, 6, scalar)}
        meaning |= {f"v{k}": vector(k, scalar) for k in (2, 3, 4)}
        meaning |= {f"m{k}": matrix(k, k, scalar) for k in (2, 3, 4)}
    return meaning


def _overloads(name: str, signatures: str) -> Iterable[Overload]:
    for signature in signatures.split(";"):
        text, worlds = signature.split("@")
        left, right = text.split(">")
        arguments = [word.partition("!") for word in left.split()]
        domains = tuple(domain or None for _, _, domain in arguments)
        for world in WORLDS[worlds.strip()]:
            words = _words(world)
            results = [words[word] for word in right.strip().split(",")]
            result = results[0] if len(results) == 1 else tuple_of(tuple(results))
            yield Overload(name, tuple(words[word] for word, _, _ in arguments), result, domains)


def _row(line: str) -> Operation:
    name, form, weight, signatures = line.split(None, 3)
    if form == "wp":
        form, token = "call", name
    elif form.startswith("x"):
        form, token = "infix", form.strip("x").strip("_")
    else:
        form, token = "prefix", form[:-1].replace("_", " ")
    return Operation(name, form, token, float(weight), tuple(_overloads(name, signatures)))


def _conversions() -> Iterable[Overload]:
    """One number as another; Warp's C++ has no way between half precision and bool."""
    numbers = (*SCALARS, BOOL)
    for result in numbers:
        for argument in numbers:
            if argument is not result and {argument, result} != {F16, BOOL}:
                yield Overload("convert", (argument,), result, (None,))


def _constructors() -> Iterable[Overload]:
    """Vectors of their components, of one number, of another vector; matrices; rotations; rigid motions."""

    def build(result: Type, *arguments: Type) -> Overload:
        return Overload("construct", arguments, result, (None,) * len(arguments))

    for s in SCALARS:
        for n in (2, 3, 4):
            yield build(vector(n, s), *[s] * n)
            yield build(vector(n, s), s)
            if s in (*FLOATS, I32):
                yield from (build(vector(n, s), vector(n, o)) for o in (*FLOATS, I32) if o is not s)
    for s in FLOATS:
        v3 = vector(3, s)
        yield from (build(matrix(n, n, s), *[s] * (n * n)) for n in (2, 3))
        yield build(quaternion(s), s, s, s, s)
        yield build(quaternion(s), v3, s)
        yield build(transform(s), v3, quaternion(s))
        yield build(vector(6, s), *[s] * 6)


_SAME_BITS = ((F32, I32, U32), (F64, I64, U64))


def _operations() -> Iterable[Operation]:
    for line in re.sub(r"\n +", " ", TABLE).split("\n"):
        if line:
            yield _row(line)
    yield Operation("convert", "constructor", "", 1, tuple(_conversions()))
    same = tuple(Overload("dynamic", (s,), s, (None,)) for s in (*SCALARS, BOOL))
    yield Operation("dynamic", "constructor", "", 0, same)
    bits = tuple(Overload("cast", (a,), r, (None,)) for g in _SAME_BITS for a in g for r in g if a is not r)
    yield Operation("cast", "constructor", "", 0, bits)
    yield Operation("construct", "constructor", "", 1.5, tuple(_constructors()))


OPERATIONS: dict[str, Operation] = {operation.name: operation for operation in _operations()}

# Their result is not a function of the argument types.
_AMBIGUOUS = ("convert", "construct", "cast", *CHOSEN)
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
