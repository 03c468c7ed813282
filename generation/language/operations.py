"""What can be computed in a kernel: every operation, its overloads, their safe domains and how it is written.

The rows are in `tables`; conversions and constructors, which are named after their result, are made here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from itertools import permutations
from math import prod
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
    MESH_ARRAYS,
    QUERY,
    SCALARS,
    STATE,
    TEXTURES,
    U32,
    U64,
    VOLUME,
    Matrix,
    Scalar,
    Type,
    Vector,
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
    scalar, n, *rest = world
    meaning: dict[str, Type] = {"H": HASH_GRID, "B": BVH, "M": MESH, "V": VOLUME}
    meaning |= {"Q": QUERY, "C": CLOSEST, "R": HIT, "G": MESH_ARRAYS, "p": vector(3, F32)}
    meaning |= {f"X{n}": texture for n, texture in enumerate(TEXTURES, 1)}
    meaning |= {"s": scalar, "b": BOOL, "i": I32, "u": U32, "r": STATE, "a": array(scalar)}
    if n:
        meaning |= {"v": vector(n, scalar), "m": matrix(n, n, scalar), "A": array(vector(n, scalar))}
    for k in rest:
        meaning |= {"x": vector(k, scalar), "y": matrix(k, k, scalar)}
        meaning |= {"J": matrix(n, k, scalar), "K": matrix(k, n, scalar)}
    if scalar.kind == "float":
        meaning |= {"q": quaternion(scalar), "t": transform(scalar)}
        meaning |= {"w": vector(6, scalar), "W": matrix(6, 6, scalar)}
        meaning |= {f"v{k}": vector(k, scalar) for k in (2, 3, 4)}
        meaning |= {f"m{k}": matrix(k, k, scalar) for k in (2, 3, 4)}
    return meaning


def _overloads(name: str, signatures: str, known: Mapping[str, tuple] = WORLDS) -> Iterable[Overload]:
    for signature in signatures.split(";"):
        text, worlds = signature.split("@")
        left, right = text.split(">")
        arguments = [word.partition("!") for word in left.split()]
        domains = tuple(domain or None for _, _, domain in arguments)
        for world in known.get(worlds.strip(), ()):
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


_ROWS = [line for line in re.sub(r"\n +", " ", TABLE).split("\n") if line]


def _operations() -> Iterable[Operation]:
    yield from map(_row, _ROWS)
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
        known = RESULTS.get((operation, arguments, result))
        return known or (_built(arguments, result) if operation == "construct" else None)
    return RESULTS.get((operation, arguments)) or _shaped(operation, arguments)


def result_of(operation: str, arguments: tuple[Type, ...]) -> Type:
    """What an operation gives; KeyError where there is no overload."""
    overload = RESULTS.get((operation, arguments)) or _shaped(operation, arguments)
    if overload is None:
        raise KeyError((operation, arguments))
    return overload.result


PRODUCERS: dict[Type, tuple[Overload, ...]] = {}
for _overload in RESULTS.values():
    PRODUCERS[_overload.result] = (*PRODUCERS.get(_overload.result, ()), _overload)


# ---------------------------------------------------------------- shapes that the tables do not list

_SHAPED = {"grid": ("float", "int", "uint"), "linear": ("float",), "turning": ("float", "int")}
_SHAPED |= {"lattice": ("int", "uint")}


@cache
def of_shape(scalar: Scalar, *lengths: int) -> tuple[Overload, ...]:
    """The overloads in a world of vectors of one length, or of matrices between two."""
    worlds = {name: ((scalar, *lengths),) for name, kinds in _SHAPED.items() if scalar.kind in kinds}
    if len(lengths) > 1:
        worlds = {"pair": ((scalar, *lengths),)} if scalar.kind == "float" else {}
    rows = [line.split(None, 3) for line in _ROWS]
    return tuple([o for name, _, _, signatures in rows for o in _overloads(name, signatures, worlds)])


def _lengths(type_: Type) -> tuple[int, ...]:
    if isinstance(type_, Matrix):
        return type_.rows, type_.cols
    return (type_.length,) if isinstance(type_, Vector) else ()


@cache
def _shaped(operation: str, arguments: tuple[Type, ...]) -> Overload | None:
    """The overload for vectors and matrices of any shape."""
    lengths = dict.fromkeys(n for type_ in arguments for n in _lengths(type_))
    scalar = next((type_.dtype for type_ in arguments if _lengths(type_)), None)
    if not lengths:
        return None
    if operation in ("matrix_from_rows", "matrix_from_cols") and len({*arguments}) == 1:
        shape = (len(arguments), *lengths) if operation.endswith("rows") else (*lengths, len(arguments))
        return Overload(operation, arguments, matrix(*shape, scalar), (None,) * len(arguments))
    for shape in (*((n,) for n in lengths), *permutations(lengths, 2)):
        for overload in of_shape(scalar, *shape):
            if overload.operation == operation and overload.arguments == arguments:
                return overload
    return None


@cache
def _built(arguments: tuple[Type, ...], result: Type) -> Overload | None:
    """A vector or matrix of all its components, a vector of equal ones."""
    lengths = _lengths(result)
    fits = lengths and {*arguments} == {result.dtype}
    if not fits or len(arguments) not in (prod(lengths), *([1] if len(lengths) == 1 else [])):
        return None
    return Overload("construct", arguments, result, (None,) * len(arguments))


@cache
def producers(type_: Type) -> tuple[Overload, ...]:
    """The overloads that make a type; of one that no table lists, those out of itself and its numbers."""
    if type_ in PRODUCERS or not _lengths(type_):
        return PRODUCERS.get(type_, ())
    own = {type_, type_.dtype, BOOL}
    return tuple(
        [o for o in of_shape(type_.dtype, *_lengths(type_)) if o.result is type_ and own >= {*o.arguments}]
    )
