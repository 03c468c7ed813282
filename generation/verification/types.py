"""The types that a source names, as Python values: they construct, convert, read and write NumPy arrays."""

from __future__ import annotations

import math
from collections import abc

import numpy as np

from generation.verification import scalars
from generation.verification.arrays import Array, Record
from generation.verification.compounds import Compound, Mat, Quat, Transform, Vec
from generation.verification.faults import Fault, NotCovered


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


class Composite:
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


class Vector(Composite):
    def __init__(self, scalar, length):
        self.scalar, self.inner = scalar, (length,)

    @property
    def length(self):
        return np.int32(self.inner[0])

    def make(self, c):
        return Vec(c)

    def __call__(self, *arguments):
        return Vec(self.numbers(arguments))


class Matrix(Composite):
    def __init__(self, scalar, rows, cols):
        self.scalar, self.inner = scalar, (rows, cols)

    def make(self, c):
        return Mat(c, *self.inner)

    def __call__(self, *arguments):
        if len(arguments) > 1 and isinstance(arguments[0], Vec):
            raise NotCovered("a matrix of columns")
        return Mat(self.numbers(arguments), *self.inner)


class Quaternion(Composite):
    def __init__(self, scalar):
        self.scalar, self.inner = scalar, (4,)

    def make(self, c):
        return Quat(c)

    def __call__(self, *arguments):
        return Quat(self.numbers(arguments))


class Motion(Composite):
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
