"""The types a kernel can name: scalars, vectors, matrices, rotations, motions, arrays, structs, tuples.

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
class Transform:
    """A rigid motion: a translation `p` and a rotation `q`; seven numbers."""

    dtype: Scalar


@dataclass(frozen=True, slots=True, eq=False)
class Struct:
    """A `@wp.struct` class; unlike the others it is declared once per program and never interned."""

    name: str
    fields: tuple[tuple[str, Type], ...]

    def field(self, name: str) -> Type | None:
        return next((type_ for field, type_ in self.fields if field == name), None)


@dataclass(frozen=True, slots=True, eq=False)
class Handle:
    """The id of an acceleration structure or a texture; `axes`: how many extents bound its indices."""

    name: str
    axes: int
    spelled: str = "wp.uint64"


@dataclass(frozen=True, slots=True, eq=False)
class Array:
    """An array in memory of `ndim` dimensions (1 to 4)."""

    dtype: Value
    ndim: int


@dataclass(frozen=True, slots=True, eq=False)
class Tile:
    """Values that the threads of a block hold together; an extent of 0 is the number of its threads."""

    shape: tuple[int, ...]
    dtype: Value


@dataclass(frozen=True, slots=True, eq=False)
class Tuple:
    """What a function with several results returns."""

    items: tuple[Value, ...]


Value = Scalar | Vector | Matrix | Quaternion | Transform | Struct
Type = Value | Array | Tile | Tuple | Handle

vector = cache(Vector)
matrix = cache(Matrix)
quaternion = cache(Quaternion)
transform = cache(Transform)
tuple_of = cache(Tuple)
tile_of = cache(Tile)


_array = cache(Array)


def array(dtype: Value, ndim: int = 1) -> Array:
    return _array(dtype, ndim)


F16, F32, F64 = (Scalar(f"float{bits}", "float", bits) for bits in (16, 32, 64))
I8, I16, I32, I64 = (Scalar(f"int{bits}", "int", bits) for bits in (8, 16, 32, 64))
U8, U16, U32, U64 = (Scalar(f"uint{bits}", "uint", bits) for bits in (8, 16, 32, 64))
BOOL = Scalar("bool", "bool", 8)
STATE = Scalar("uint32", "state", 32)  # of a random generator: a uint32 that every draw advances in place

HASH_GRID, BVH, VOLUME = Handle("hash_grid", 1), Handle("bvh", 1), Handle("volume", 1)
MESH = Handle("mesh", 2)  # its faces, and the corners of all its faces
TEXTURES = tuple(Handle(f"texture{n}", 0, f"wp.Texture{n}D") for n in (1, 2, 3))

FLOATS = (F16, F32, F64)
INTS = (I8, I16, I32, I64, U8, U16, U32, U64)
SCALARS = (*FLOATS, *INTS)

_SUFFIX = {F16: "h", F32: "f", F64: "d", I8: "b", I16: "s", I32: "i", I64: "l"}
_SUFFIX |= {U8: "ub", U16: "us", U32: "ui", U64: "ul"}


QUERY = Struct("query", ())  # what a `for` runs over: the indices that a query finds
_FOUND = (("result", BOOL), ("sign", F32), ("face", I32))
CLOSEST = Struct("closest_point", (*_FOUND, ("u", F32), ("v", F32)))
MESH_ARRAYS = Struct(
    "mesh_arrays",
    (("points", array(vector(3, F32))), ("velocities", array(vector(3, F32))), ("indices", array(I32))),
)
HIT = Struct("ray_hit", (*_FOUND, ("t", F32), ("u", F32), ("v", F32), ("normal", vector(3, F32))))


def scalar_of(type_: Type) -> Scalar | None:
    """The scalar a value is made of; None for structs, arrays and tuples."""
    return type_ if isinstance(type_, Scalar) else getattr(type_, "dtype", None) if is_value(type_) else None


def is_value(type_: Type) -> bool:
    return isinstance(type_, Value)


@cache
def has_name(type_: Type) -> bool:
    """Whether Warp has a name for the type; vectors and matrices of other shapes get one in the program."""
    if isinstance(type_, Vector):
        return type_.length in (2, 3, 4) or (type_.length == 6 and type_.dtype.kind == "float")
    if isinstance(type_, Matrix):
        return type_.rows == type_.cols and type_.rows in (2, 3, 4, 6) and type_.dtype.kind == "float"
    return True


def definition(type_: Vector | Matrix, short: bool = True) -> str:
    """What a name for a type without one is bound to."""
    if isinstance(type_, Vector):
        return f"wp.types.vector(length={type_.length}, dtype={spelling(type_.dtype, short)})"
    return f"wp.types.matrix(shape=({type_.rows}, {type_.cols}), dtype={spelling(type_.dtype, short)})"


def own_name(type_: Vector | Matrix, form: int) -> str:
    """A name as people give it: `vec5`, `vec5f`, `mat23`, `mat_2x3`."""
    suffix = _SUFFIX[type_.dtype] if form == 1 or type_.dtype is not F32 else ""
    if isinstance(type_, Vector):
        return f"vec{'_' * (form == 2)}{type_.length}{suffix}"
    narrow = max(type_.rows, type_.cols) < 10 and form < 2
    shape = f"{type_.rows}{type_.cols}" if narrow else f"_{type_.rows}x{type_.cols}"
    return f"mat{shape}{suffix}"


@cache
def spelling(type_: Type, short: bool = True) -> str:
    """The type as Python source: `float` or `wp.float32`, `wp.vec3` or `wp.vec3f`."""
    if not has_name(type_):
        raise KeyError(f"no name for {definition(type_)}")
    if isinstance(type_, Struct):
        return type_.name
    if isinstance(type_, Handle):
        return type_.spelled
    if isinstance(type_, Scalar):
        brief = {F32: "float", I32: "int", BOOL: "bool"}.get(type_) if short or type_ is BOOL else None
        return brief or f"wp.{type_.name}"
    return f"wp.{_stem(type_)}{'' if short and type_.dtype is F32 else _SUFFIX[type_.dtype]}"


def _stem(type_: Value) -> str:
    if isinstance(type_, Vector):
        return "spatial_vector" if type_.length == 6 else f"vec{type_.length}"
    if isinstance(type_, Matrix):
        return "spatial_matrix" if type_.rows == 6 else f"mat{type_.rows}{type_.cols}"
    return {Quaternion: "quat", Transform: "transform"}[type(type_)]
