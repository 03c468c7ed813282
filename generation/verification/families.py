"""Families of types: every type by its name below `wp`, for a width of float.

In the `double` family every real number is a float64, which turns the same program into its smooth reference.
"""

from __future__ import annotations

import math
import types as python_types
import typing
from collections import abc
from types import SimpleNamespace

import numpy as np

from generation.verification import scalars
from generation.verification.arrays import Array, Record
from generation.verification.compounds import Compound, Mat, Quat, Transform, Vec
from generation.verification.faults import NotCovered
from generation.verification.types import (
    ANYTHING,
    ArrayOf,
    Composite,
    Generic,
    Matrix,
    Motion,
    Opaque,
    Quaternion,
    Scalar,
    Struct,
    Vector,
)

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
        if not isinstance(type_, Scalar | Composite | Struct | ArrayOf | Generic | Opaque):
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
        if isinstance(x, Composite):
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
