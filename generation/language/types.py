"""The types a kernel can name: scalars, vectors, matrices, quaternions, arrays, structs, tuples.

Types are interned: two equal types are one object, so they compare and hash by identity.
Source: Warp documentation, "Data Types".
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True, slots=True, eq=False)
class Scalar:
    """A number or a truth value; `kind` is float, int, uint or bool."""

    name: str
    kind: str
    bits: int


@dataclass(frozen=True, slots=True, eq=False)
class Vector:
    length: int
    dtype: Scalar


@dataclass(frozen=True, slots=True, eq=False)
class Matrix:
    rows: int
    cols: int
    dtype: Scalar


@dataclass(frozen=True, slots=True, eq=False)
class Quaternion:
    dtype: Scalar


@dataclass(frozen=True, slots=True, eq=False)
class Struct:
    """A `@wp.struct` class; unlike the others it is declared once per program and never interned."""

    name: str
    fields: tuple[tuple[str, Type], ...]

    def field(self, name: str) -> Type | None:
        return next((type_ for field, type_ in self.fields if field == name), None)


@dataclass(frozen=True, slots=True, eq=False)
class Array:
    """An array in memory of `ndim` dimensions (1 to 4)."""

    dtype: Value
    ndim: int


@dataclass(frozen=True, slots=True, eq=False)
class Tuple:
    """What a function with several results returns."""

    items: tuple[Value, ...]


Value = Scalar | Vector | Matrix | Quaternion | Struct
Type = Value | Array | Tuple

vector = cache(Vector)
matrix = cache(Matrix)
quaternion = cache(Quaternion)
tuple_of = cache(Tuple)


@cache
def array(dtype: Value, ndim: int = 1) -> Array:
    return Array(dtype, ndim)


F16, F32, F64 = (Scalar(f"float{bits}", "float", bits) for bits in (16, 32, 64))
I8, I16, I32, I64 = (Scalar(f"int{bits}", "int", bits) for bits in (8, 16, 32, 64))
U8, U16, U32, U64 = (Scalar(f"uint{bits}", "uint", bits) for bits in (8, 16, 32, 64))
BOOL = Scalar("bool", "bool", 8)

FLOATS = (F16, F32, F64)
INTS = (I8, I16, I32, I64, U8, U16, U32, U64)
SCALARS = (*FLOATS, *INTS)

VECTORS = tuple(vector(n, s) for s in (*FLOATS, I32) for n in (2, 3, 4))
MATRICES = tuple(matrix(n, n, s) for s in FLOATS for n in (2, 3, 4))
QUATERNIONS = tuple(quaternion(s) for s in FLOATS)

_SUFFIX = {F16: "h", F32: "f", F64: "d", I32: "i"}


def scalar_of(type_: Type) -> Scalar | None:
    """The scalar a value is made of; None for structs, arrays and tuples."""
    return type_ if isinstance(type_, Scalar) else getattr(type_, "dtype", None) if is_value(type_) else None


def is_value(type_: Type) -> bool:
    return isinstance(type_, Scalar | Vector | Matrix | Quaternion | Struct)


@cache
def spelling(type_: Type, short: bool = True) -> str:
    """The type as Python source: `float` or `wp.float32`, `wp.vec3` or `wp.vec3f`."""
    if isinstance(type_, Struct):
        return type_.name
    if isinstance(type_, Scalar):
        brief = {F32: "float", I32: "int", BOOL: "bool"}.get(type_) if short or type_ is BOOL else None
        return brief or f"wp.{type_.name}"
    suffix = "" if short and type_.dtype is F32 else _SUFFIX[type_.dtype]
    if isinstance(type_, Vector):
        return f"wp.vec{type_.length}{suffix}"
    if isinstance(type_, Matrix):
        return f"wp.mat{type_.rows}{type_.cols}{suffix}"
    if isinstance(type_, Quaternion):
        return f"wp.quat{suffix}"
    raise TypeError(f"no one-word spelling for {type_!r}")
