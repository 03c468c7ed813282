"""Operations of the language composed wherever their types fit.

A few kinds of numbers are chosen for a program, then operations are drawn evenly by name, whatever their
weight elsewhere, so that rare overloads are met as often as common ones.
Free choices: scalar types, shapes, operations, where arguments come from, casts on the way.
Source: Groce et al., "Swarm Testing", ISSTA 2012; YARPGen (Livinskii et al., OOPSLA 2020).
"""

from __future__ import annotations

from functools import cache

from generation.language.operations import OPERATIONS, RESULTS, Overload
from generation.language.types import (
    BOOL,
    F16,
    F32,
    F64,
    I8,
    I16,
    I32,
    I64,
    U8,
    U16,
    U32,
    U64,
    Scalar,
    Type,
    Vector,
    is_value,
    matrix,
    quaternion,
    scalar_of,
    transform,
    vector,
)
from generation.program.nodes import Expression, Op
from generation.synthesis import framing, phrases
from generation.synthesis.builder import Builder
from generation.synthesis.domains import storable
from generation.synthesis.draw import Weights

_SCALARS = Weights({F32: 22, F64: 15, F16: 12, I32: 10, I64: 8, U32: 7, U8: 7, I16: 5, U16: 5, I8: 5, U64: 6})
_SHAPES = Weights({"scalar": 30, "vector": 44, "matrix": 16, "rotation": 6, "frame": 4})


def build(b: Builder) -> None:
    b.grid()
    framing.prologue(b)
    world = b.weighted(_SCALARS)
    b.real = world if world.kind == "float" else b.real
    pool = [_input(b, _type(b, world)) for _ in range(b.integer(1, 3))]
    for _ in range(b.integer(2, 7)):
        if b.chance(0.2):
            world, pool = _cast(b, pool)
        overload = _drawn(b, world, [value.type for value in pool])
        if overload is not None:
            pool = _applied(b, overload, pool)
    phrases.finish(b, pool, b.pick((1, 1, 2, 3)), *[value.type for value in pool[-1:]])


def _type(b: Builder, world: Scalar) -> Type:
    shape = b.weighted(_SHAPES)
    length = b.pick((2, 3, 3, 4))
    if shape == "scalar" or (world.kind != "float" and shape != "vector"):
        return world
    if shape == "matrix":
        return matrix(length, length, world)
    if shape == "vector":
        return vector(6 if world.kind == "float" and b.chance(0.12) else length, world)
    return quaternion(world) if shape == "rotation" else transform(world)


def _input(b: Builder, type_: Type) -> Expression:
    value = phrases.source(b, type_)
    return b.named(value, 0.5)


@cache
def _known(world: Scalar) -> dict[str, tuple[Overload, ...]]:
    """The operations on values of one scalar type, by name."""
    found: dict[str, tuple[Overload, ...]] = {}
    for overload in RESULTS.values():
        operation = OPERATIONS[overload.operation]
        values = [t for t in overload.arguments if t is not BOOL]
        plain = all(map(is_value, (*overload.arguments, overload.result)))
        sampled = operation.weight and operation.form != "constructor"
        if sampled and plain and values and all(scalar_of(t) is world for t in values):
            found[operation.name] = (*found.get(operation.name, ()), overload)
    return found


def _drawn(b: Builder, world: Scalar, available: list[Type]) -> Overload | None:
    """An operation drawn by name; of its overloads one that takes a value at hand, if there is any."""
    known = _known(world)
    names = tuple(known)
    for _ in range(6):
        fitting = [o for o in known[b.pick(names)] if any(t in available for t in o.arguments)]
        if fitting:
            return b.pick(fitting)
    return None


def _applied(b: Builder, overload: Overload, pool: list[Expression]) -> list[Expression]:
    """The pool with the values an operation takes replaced by its result."""
    rest, arguments = list(pool), []
    for type_, domain in zip(overload.arguments, overload.domains, strict=True):
        fitting = [value for value in rest if value.type is type_]
        if domain == "shift":
            arguments.append(b.literal(type_))
        elif fitting:
            arguments.append(b.pick(fitting))
            rest.remove(arguments[-1])
        elif type_ is BOOL:
            arguments.append(b.condition([b.pick(rest or pool)]))
        elif isinstance(type_, Scalar | Vector) and arguments and b.chance(0.3):
            arguments.append(b.literal(type_))
        else:
            arguments.append(_input(b, type_))
    value = b.apply(overload, arguments)
    if b.chance(0.2) and arguments[0] in pool:
        rest.append(arguments[0])
    return [*rest, b.named(value, 0.75)]


def _cast(b: Builder, pool: list[Expression]) -> tuple[Scalar, list[Expression]]:
    """One value of the pool as another kind of number, and that kind as the one to go on with."""
    number = b.pick(pool)
    world = b.weighted(_SCALARS)
    own = scalar_of(number.type)
    value = number if number.type in (own, BOOL) else b.route(number, own)
    if own in (world, BOOL):
        return own if own is not BOOL else world, pool
    if own.kind == "float" and world.kind != "float":
        value = storable(b, value, world)
    cast = Op(world, "convert", (value,))
    return world, [*[kept for kept in pool if kept is not number], b.named(cast, 0.7)]
