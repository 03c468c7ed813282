"""Short names for the nodes that patterns build by hand."""

from __future__ import annotations

from generation.language.operations import result_of
from generation.language.types import (
    I32,
    Array,
    Matrix,
    Scalar,
    Struct,
    Value,
    array,
    matrix,
    scalar_of,
    vector,
)
from generation.program.declarations import Param
from generation.program.nodes import (
    Bound,
    Call,
    Component,
    Const,
    Construct,
    Expression,
    Field,
    Gradient,
    Load,
    Op,
    Range,
    Var,
    View,
)
from generation.program.sense import NONNEGATIVE

_OPPOSITE = {"add": "sub", "sub": "add"}


def op(name: str, *arguments: Expression) -> Op:
    """An operation whose result type follows from its arguments; KeyError where there is no overload.

    Adding a negative is subtracting; the size of a size is that size.
    """
    if name in _OPPOSITE and len(arguments) == 2:
        last = arguments[1]
        if type(last) is Op and last.operation == "neg":
            name, arguments = _OPPOSITE[name], (arguments[0], *last.arguments)
    if name == "abs" and type(arguments[0]) is Op and arguments[0].operation in NONNEGATIVE:
        return arguments[0]
    return Op(result_of(name, tuple([a.type for a in arguments])), name, arguments)


def build(type_: Value, *parts: Expression) -> Op:
    """A vector, rotation, motion, ... of its parts."""
    return Op(type_, "construct", parts)


def integer(value: int) -> Const:
    return Const(I32, value)


def number(type_: Scalar, value: float) -> Const:
    """`value` as a literal of any scalar type."""
    return Const(type_, float(value) if type_.kind == "float" else int(value))


def zero(type_: Value) -> Expression:
    """A zero that may change in a loop: `float(0.0)`, `wp.vec3()`."""
    return Op(type_, "dynamic", (number(type_, 0),)) if isinstance(type_, Scalar) else Const(type_, 0)


def dynamic(type_: Scalar, value: float) -> Op:
    return Op(type_, "dynamic", (number(type_, value),))


def convert(e: Expression, type_: Scalar) -> Expression:
    return e if e.type is type_ else Op(type_, "convert", (e,))


def scaled(e: Expression, value: float) -> Expression:
    """`value * e` for any float value."""
    if value == 1.0:
        return e
    scalar = e.type if isinstance(e.type, Scalar) else e.type.dtype
    return op("mul", number(scalar, value), e)


def plus(e: Expression, offset: int) -> Expression:
    """`e + offset` for an int, `e - 1` for a negative offset, `e` itself for 0."""
    if not offset:
        return e
    return op("add" if offset > 0 else "sub", e, integer(abs(offset)))


def at(array: Var, *indices: Expression) -> Load:
    return Load(array.type.dtype, array, indices)


def view(array_: Expression, *places: Expression | Range) -> View:
    """`a[i]` of an array of several axes, `a[lo:hi]`: an array of the axes without an index."""
    indexed = sum(type(place) is not Range for place in places)
    return View(array(array_.type.dtype, array_.type.ndim - indexed), array_, places)


def component(value: Expression, *indices: Expression | Range) -> Component:
    """A component, a row or a stretch of a vector, matrix or rotation."""
    type_ = value.type
    sizes = (type_.rows, type_.cols) if isinstance(type_, Matrix) else (getattr(type_, "length", 0),)
    kept = [_length(index, size) for index, size in zip(indices, sizes, strict=False) if type(index) is Range]
    kept += sizes[len(indices) :]
    part = (scalar_of, vector, matrix)[len(kept)]
    return Component(part(*kept, type_.dtype) if kept else scalar_of(type_), value, indices)


def _length(range_: Range, size: int) -> int:
    return (range_.stop.value if range_.stop else size) - (range_.start.value if range_.start else 0)


def field(value: Expression, name: str) -> Field:
    type_ = value.type.field(name) if isinstance(value.type, Struct) else value.type.dtype
    return Field(type_, value, name)


def add_names(node: object, found: set[str]) -> None:
    """Add every variable and function named inside."""
    stack = [node]
    pop = stack.pop
    while stack:
        item = pop()
        kind = type(item)
        if kind is Var:
            found.add(item[1])
        elif kind is Op:
            stack += item[2]
        elif kind is not Const:
            if kind is Call or kind is Gradient:
                found.add(item.function)
            stack += [part for part in item if isinstance(part, tuple)]


def fixed(size: int) -> Bound:
    """An extent known when the program is written."""
    return Bound("", size)


def used_structs(parts: list) -> set[Struct]:
    """The structs that parameters, constructors and other structs are made of."""
    found: set[Struct] = set()
    while parts:
        part = parts.pop()
        type_ = part.type if type(part) in (Param, Construct) else part
        type_ = type_.dtype if isinstance(type_, Array) else type_
        if isinstance(type_, Struct) and type_ not in found:
            found.add(type_)
            parts += [inner for _, inner in type_.fields]
        if isinstance(part, tuple):
            parts += [item for item in part if isinstance(item, tuple)]
    return found


def element_words(load: Load, suffix: str) -> tuple[str, ...]:
    """`masses[j]` is called mass_j; where the index has no short name, the suffix stands for it."""
    array, last = load.array.name, load.indices[-1]
    stem = array.removesuffix("_in").removesuffix("_data")
    if len(stem) > 4 and stem.endswith("s") and not stem.endswith(("ss", "us", "is", "pos")):
        stem = stem[:-1]
    stem = stem.removesuffix("_array").removesuffix("_value")
    place = last.name if type(last) is Var and len(last.name) < 3 else suffix
    return (f"{stem}_{place}",)
