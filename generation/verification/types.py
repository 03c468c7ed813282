"""The types that a source names, as Python values: they construct, convert, and read and write NumPy arrays.

A family of types is made for a width of float: in the `double` family every real number is a float64, which
turns the same program into its smooth reference.
"""

from __future__ import annotations

import math
import types as python_types
import typing
from collections import abc
from types import SimpleNamespace

import numpy as np

from generation.verification import scalars
from generation.verification.faults import Fault, NotCovered
from generation.verification.values import Array, Compound, Mat, Quat, Record, Transform, Vec

_NAMES = (
    "float16",
    "float32",
    "float64",
    "int8",
    "int16",
    "int32",
    "int64",
    "uint8",
    "uint16",
    "uint32",
    "uint64",
)
_SUFFIXES = dict(zip(_NAMES, ("h", "f", "d", "b", "s", "i", "l", "ub", "us", "ui", "ul"), strict=True))


class Scalar:
    """A number type; `kind` is the NumPy scalar that computes, `stored` the one in memory."""

    def __init__(self, name, stored, kind):
        self.name, self.stored, self.kind = name, np.dtype(stored), kind
        self.is_real = stored in scalars.FLOATS

    def __call__(self, x=0):
        if x.__class__ is self.kind:
            return x
        if isinstance(x, Compound | Record | Array):
            raise Fault(f"{self.name} of a {type(x).__name__}")
        if self.kind is np.bool_:
            return np.bool_(x != 0)
        if not self.is_real:
            return scalars.to_int(self.kind, x)
        if x.__class__ is float or x.__class__ is int:
            return self.kind(self.stored.type(x))  # a literal is rounded as written
        return self.kind(x)

    def zero(self):
        return self.kind(0)

    @property
    def dtype(self):
        return self.stored

    def read(self, x):
        return self.kind(x)

    def read_all(self, data: np.ndarray) -> list:
        return list(data.astype(self.kind).ravel())

    def write_all(self, elements, shape) -> np.ndarray:
        return np.array(elements, self.kind).reshape(shape)


class _Composite:
    """A type of several numbers; `make` is the value of them."""

    scalar: Scalar
    inner: tuple[int, ...]
    make: abc.Callable

    @property
    def dtype(self):
        return np.dtype((self.scalar.stored, self.inner))

    def zero(self):
        return self.make((self.scalar.zero(),) * math.prod(self.inner))

    def read(self, x):
        return self.make(tuple(self.scalar.read_all(np.asarray(x))))

    def read_all(self, data):
        numbers, n = self.scalar.read_all(data), math.prod(self.inner)
        return [self.make(tuple(numbers[i : i + n])) for i in range(0, len(numbers), n)]

    def write_all(self, elements, shape):
        numbers = [x for e in elements for x in e.c]
        return np.array(numbers, self.scalar.kind).reshape((*shape, *self.inner))

    def numbers(self, arguments):
        """Components from numbers, from one number, or from compounds laid end to end."""
        if not arguments:
            return (self.scalar.zero(),) * math.prod(self.inner)
        flat = []
        for x in arguments:
            flat += x.c if isinstance(x, Compound) else (x,)
        if len(flat) == 1:
            flat *= math.prod(self.inner)
        if len(flat) != math.prod(self.inner):
            raise Fault(f"{len(flat)} components instead of {math.prod(self.inner)}")
        return tuple(map(self.scalar, flat))


class Vector(_Composite):
    def __init__(self, scalar, length):
        self.scalar, self.inner = scalar, (length,)

    @property
    def length(self):
        return np.int32(self.inner[0])

    def make(self, c):
        return Vec(c)

    def __call__(self, *arguments):
        return Vec(self.numbers(arguments))


class Matrix(_Composite):
    def __init__(self, scalar, rows, cols):
        self.scalar, self.inner = scalar, (rows, cols)

    def make(self, c):
        return Mat(c, *self.inner)

    def __call__(self, *arguments):
        if len(arguments) > 1 and isinstance(arguments[0], Vec):
            raise NotCovered("a matrix of columns")
        return Mat(self.numbers(arguments), *self.inner)


class Quaternion(_Composite):
    def __init__(self, scalar):
        self.scalar, self.inner = scalar, (4,)

    def make(self, c):
        return Quat(c)

    def __call__(self, *arguments):
        return Quat(self.numbers(arguments))


class Motion(_Composite):
    def __init__(self, scalar):
        self.scalar, self.inner = scalar, (7,)

    def make(self, c):
        return Transform(c)

    def __call__(self, *arguments, p=None, q=None):
        arguments += tuple(part for part in (p, q) if part is not None)
        return Transform(self.numbers(arguments))


class Struct:
    """A `@wp.struct` class."""

    def __init__(self, name, fields):
        self.name, self.types = name, fields
        self.places = {field: place for place, field in enumerate(fields)}

    @property
    def holds_arrays(self) -> bool:
        return any(isinstance(t, ArrayOf) or getattr(t, "holds_arrays", False) for t in self.types.values())

    def __call__(self, *arguments, **named):
        fields = [type_.zero() for type_ in self.types.values()]
        for place, x in (*enumerate(arguments), *((self.places[n], x) for n, x in named.items())):
            type_ = list(self.types.values())[place]
            fields[place] = type_(x) if isinstance(type_, Scalar) else x
        return Record(self, tuple(fields))

    def zero(self):
        return self()

    @property
    def dtype(self):
        if self.holds_arrays:
            raise NotCovered("arrays in the elements of an array")
        return np.dtype([(name, type_.dtype) for name, type_ in self.types.items()], align=True)

    def read(self, x):
        return Record(self, tuple(type_.read(x[name]) for name, type_ in self.types.items()))

    def read_all(self, data):
        return [self.read(x) for x in data.ravel()]

    def write_all(self, elements, shape):
        """One array for each field, as the numbers of a family may be wider than memory's."""
        return {
            name: type_.write_all([e.fields[place] for e in elements], shape)
            for place, (name, type_) in enumerate(self.types.items())
        }


class ArrayOf:
    def __init__(self, dtype, ndim=1):
        self.element, self.ndim = dtype, ndim

    def zero(self):
        return Array([], self.element, (0,) * self.ndim)

    def read(self, data: np.ndarray) -> Array:
        return Array(self.element.read_all(data), self.element, data.shape[: self.ndim])


class Opaque:
    """The type of a texture, which only a launch makes."""


class Generic:
    """`Any`, `Callable`, `wp.Function`: whatever the call brings."""


ANYTHING = Generic()


def family(double: bool = False) -> dict[str, object]:
    """Every type by its name below `wp`, and what makes types of types."""
    named: dict[str, object] = {}
    for name in _NAMES:
        stored = getattr(np, name)
        kind = np.float64 if double and stored in scalars.FLOATS else stored
        named[name] = Scalar(name, stored, kind)
    named["bool"] = Scalar("bool", np.bool_, np.bool_)
    named |= {"float": named["float32"], "int": named["int32"]}
    named |= {f"Texture{n}D": Opaque() for n in (1, 2, 3)}
    of_python = {float: named["float32"], int: named["int32"], bool: named["bool"]}

    def known(type_):
        type_ = of_python.get(type_, type_) if isinstance(type_, type) else type_
        if isinstance(type_, list) and len(type_) == 1:
            return ArrayOf(known(type_[0]))
        if type_ is typing.Any or type_ is typing.Callable or typing.get_origin(type_) is abc.Callable:
            return ANYTHING
        if not isinstance(type_, Scalar | _Composite | Struct | ArrayOf | Generic | Opaque):
            raise NotCovered(f"the type {getattr(type_, '__name__', type_)}")
        return type_

    for name, suffix in _SUFFIXES.items():
        scalar, short = named[name], ("",) if name == "float32" else ()
        for end in (suffix, *short):
            for n in (2, 3, 4):
                named[f"vec{n}{end}"] = Vector(scalar, n)
                for m in (2, 3, 4):
                    if scalar.is_real:
                        named[f"mat{n}{m}{end}"] = Matrix(scalar, n, m)
            if scalar.is_real:
                named[f"quat{end}"], named[f"transform{end}"] = Quaternion(scalar), Motion(scalar)
                named[f"spatial_vector{end}"], named[f"spatial_matrix{end}"] = (
                    Vector(scalar, 6),
                    Matrix(scalar, 6, 6),
                )

    def of(x):
        """The scalar type of a value."""
        kind = (x.c[0] if isinstance(x, Compound) else x).__class__
        kind = {float: named["float32"].kind, int: np.int32, bool: np.bool_}.get(kind, kind)
        found = next((t for name in ("float32", *_NAMES, "bool") if (t := named[name]).kind is kind), None)
        if found is None:
            raise NotCovered(f"the type of a {kind.__name__}")
        return found

    def type_of(x):
        if isinstance(x, Array):
            return ArrayOf(x.dtype, x.ndim)
        if isinstance(x, Record):
            return x.kind
        if isinstance(x, Mat):
            return Matrix(of(x), x.rows, x.cols)
        kinds = {Vec: lambda: Vector(of(x), len(x.c)), Quat: lambda: Quaternion(of(x))}
        return kinds.get(x.__class__, lambda: of(x))() if x.__class__ is not Transform else Motion(of(x))

    def dtype_of(x):
        """What `x.dtype` is in a kernel: the type of an element, or of a component."""
        if isinstance(x, ArrayOf):
            return x.element
        if isinstance(x, _Composite):
            return x.scalar
        if isinstance(x, Scalar):
            return x
        return x.dtype if isinstance(x, Array) else of(x)

    def array(dtype=None, ndim=1, shape=None):
        return ArrayOf(known(dtype), int(ndim))

    class Indexable:
        """`wp.array(dtype=...)` and `wp.array[...]`."""

        def __init__(self, axes):
            self.axes = axes

        def __call__(self, dtype=None, ndim=None, **_):
            return ArrayOf(known(dtype), int(ndim or self.axes))

        def __getitem__(self, dtype):
            return ArrayOf(known(dtype), self.axes)

    def vector(*arguments, length=None, dtype=None):
        n = int(length) if length is not None else len(arguments)
        scalar = known(dtype) if dtype is not None else of(arguments[0])
        return Vector(scalar, n)(*arguments)

    def matrix(*arguments, shape=None, dtype=None):
        scalar = known(dtype) if dtype is not None else of(arguments[0])
        return Matrix(scalar, *map(int, shape))(*arguments)

    def quaternion(*arguments, dtype=None):
        return Quaternion(known(dtype) if dtype is not None else of(arguments[0]))(*arguments)

    def transformation(*arguments, dtype=None, **named):
        parts = (*arguments, *named.values())
        return Motion(known(dtype) if dtype is not None else of(parts[0]))(*parts)

    def identity(n, dtype=None):
        scalar, n = known(dtype), int(n)
        return Mat(tuple(scalar(int(i == j)) for i in range(n) for j in range(n)), n, n)

    def unit_rotation(dtype=float):
        return Quat(tuple(map(known(dtype), (0, 0, 0, 1))))

    def zeros(shape=None, dtype=float):
        shape = tuple(map(int, shape)) if isinstance(shape, tuple) else (int(shape),)
        element = known(dtype)
        return Array([element.zero() for _ in range(math.prod(shape))], element, shape)

    def shaped(shape, dtype):
        return Matrix(known(dtype), *map(int, shape))

    named["types"] = SimpleNamespace(vector=lambda length, dtype: Vector(known(dtype), length), matrix=shaped)
    named |= {f"array{n}d": Indexable(n) for n in (1, 2, 3, 4)} | {"array": Indexable(1)}
    functions = {
        "vector": vector,
        "matrix": matrix,
        "quaternion": quaternion,
        "transformation": transformation,
        "identity": identity,
        "quat_identity": unit_rotation,
        "transform_identity": lambda dtype=float: Transform((known(dtype)(0),) * 3 + unit_rotation(dtype).c),
        "zeros": zeros,
        "cast": lambda x, dtype: _cast(x, known(dtype)),
    }
    made = python_types.SimpleNamespace(
        vector=lambda length, dtype: Vector(known(dtype), int(length)),
        matrix=lambda shape, dtype: Matrix(known(dtype), *map(int, shape)),
        quaternion=lambda dtype=float: Quaternion(known(dtype)),
        transformation=lambda dtype=float: Motion(known(dtype)),
    )
    return {
        "made": made,
        "named": named,
        "functions": functions,
        "type_of": type_of,
        "dtype_of": dtype_of,
        "known": known,
        "array": array,
    }


def _cast(x, type_):
    """The same bits as another type."""
    if x.__class__ is np.float64 and type_.stored.itemsize == 4:
        x = np.float32(x)  # as it would be outside of the double family
    return type_.kind(np.array(x).view(type_.stored)[()])
