"""Compounds, several numbers in one value: vectors, matrices, quaternions and rigid motions.

Compounds never change: to write a component is to rebind the variable to a new value, so that no two
variables can share one by accident.
"""

from __future__ import annotations

import operator

import numpy as np

from generation.verification import scalars
from generation.verification.faults import NotCovered, OutOfBounds

_LETTERS = "xyzw"


class Compound:
    """Numbers of one type: a vector, matrix, quaternion or rigid motion."""

    __slots__ = ("c",)
    __array_ufunc__ = None  # a NumPy number leaves its operators to this class

    def __init__(self, c):
        self.c = c

    def like(self, c) -> Compound:
        return self.__class__(c)

    def __add__(self, other):
        return self.like(tuple(map(operator.add, self.c, other.c)))

    def __sub__(self, other):
        return self.like(tuple(map(operator.sub, self.c, other.c)))

    def __mul__(self, other):
        if isinstance(other, Compound):
            return self.times(other)
        return self.like(tuple([x * other for x in self.c]))

    def __rmul__(self, other):
        return self.like(tuple([x * other for x in self.c]))

    def __matmul__(self, other):
        return self.times(other)

    def __truediv__(self, other):
        if isinstance(other, Compound):
            return self.like(tuple(map(scalars.div, self.c, other.c)))
        return self.like(tuple([scalars.div(x, other) for x in self.c]))

    def __rtruediv__(self, other):
        return self.like(tuple([scalars.div(other, x) for x in self.c]))

    def __neg__(self):
        return self.like(tuple([-x for x in self.c]))  # where 0 becomes -0, as it does not for a number

    def __pos__(self):
        return self

    def __and__(self, other):
        return self.like(tuple(map(operator.and_, self.c, other.c)))

    def __or__(self, other):
        return self.like(tuple(map(operator.or_, self.c, other.c)))

    def __xor__(self, other):
        return self.like(tuple(map(operator.xor, self.c, other.c)))

    def __invert__(self):
        return self.like(tuple([~x for x in self.c]))

    def __eq__(self, other):
        return all(map(operator.eq, self.c, other.c))

    def __ne__(self, other):
        return not self == other

    __hash__ = None

    def __len__(self):
        return len(self.c)

    def times(self, other):
        raise NotCovered(f"{type(self).__name__} * {type(other).__name__}")

    def __getitem__(self, index):
        if isinstance(index, slice):
            return Vec(self.c[plain_slice(index)])
        return self.c[inside(index, len(self.c))]

    def put(self, index, value):
        c = list(self.c)
        if isinstance(index, slice):
            part = plain_slice(index)
            c[part] = value.c if isinstance(value, Compound) else (value,) * len(c[part])
        else:
            c[inside(index, len(c))] = value
        return self.like(tuple(c))

    def __getattr__(self, name):
        if name in _LETTERS:
            return self[_LETTERS.index(name)]
        if all(letter in _LETTERS for letter in name):
            return Vec(tuple(self[_LETTERS.index(letter)] for letter in name))
        raise AttributeError(name)

    def put_field(self, name, value):
        if len(name) > 1:
            for letter, part in zip(name, value.c, strict=True):
                self = self.put(_LETTERS.index(letter), part)
            return self
        return self.put(_LETTERS.index(name), value)


class Vec(Compound):
    __slots__ = ()

    @property
    def length(self):
        return np.int32(len(self.c))

    def times(self, other):
        if other.__class__ is not Mat:
            return super().times(other)
        total = [x * self.c[0] for x in other.row(0)]
        for i in range(1, other.rows):
            total = [t + x * self.c[i] for t, x in zip(total, other.row(i), strict=True)]
        return Vec(tuple(total))


class Mat(Compound):
    """Row by row."""

    __slots__ = ("cols", "rows")

    def __init__(self, c, rows, cols):
        self.c, self.rows, self.cols = c, rows, cols

    def like(self, c):
        return Mat(c, self.rows, self.cols)

    def row(self, i):
        return self.c[i * self.cols : (i + 1) * self.cols]

    def col(self, j):
        return self.c[j :: self.cols]

    def __len__(self):
        return self.rows

    def times(self, other):
        if other.__class__ is Vec:
            total = [x * other.c[0] for x in self.col(0)]
            for j in range(1, self.cols):
                total = [t + x * other.c[j] for t, x in zip(total, self.col(j), strict=True)]
            return Vec(tuple(total))
        if other.__class__ is not Mat:
            return super().times(other)
        columns = [other.col(j) for j in range(other.cols)]
        entries = [fused_dot(self.row(i), column) for i in range(self.rows) for column in columns]
        return Mat(tuple(entries), self.rows, other.cols)

    def __getitem__(self, index):
        if isinstance(index, tuple):
            i, j = index
            if isinstance(i, slice) or isinstance(j, slice):
                return self._block(i, j)
            return self.c[inside(i, self.rows) * self.cols + inside(j, self.cols)]
        if isinstance(index, slice):
            return self._block(index, slice(None))
        return Vec(self.row(inside(index, self.rows)))

    def _block(self, i, j):
        rows = range(self.rows)[plain_slice(i)] if isinstance(i, slice) else [inside(i, self.rows)]
        cols = range(self.cols)[plain_slice(j)] if isinstance(j, slice) else [inside(j, self.cols)]
        c = tuple(self.c[r * self.cols + k] for r in rows for k in cols)
        return Mat(c, len(rows), len(cols)) if isinstance(i, slice) and isinstance(j, slice) else Vec(c)

    def put(self, index, value):
        c = list(self.c)
        if isinstance(index, tuple):
            i, j = index
            if isinstance(i, slice) or isinstance(j, slice):
                rows = range(self.rows)[plain_slice(i)] if isinstance(i, slice) else [inside(i, self.rows)]
                cols = range(self.cols)[plain_slice(j)] if isinstance(j, slice) else [inside(j, self.cols)]
                places = [r * self.cols + k for r in rows for k in cols]
                parts = value.c if isinstance(value, Compound) else (value,) * len(places)
                for place, part in zip(places, parts, strict=True):
                    c[place] = part
            else:
                c[inside(i, self.rows) * self.cols + inside(j, self.cols)] = value
        else:
            i = inside(index, self.rows)
            c[i * self.cols : (i + 1) * self.cols] = value.c
        return self.like(tuple(c))


class Quat(Compound):
    __slots__ = ()

    def times(self, other):
        if other.__class__ is not Quat:
            return super().times(other)
        (ax, ay, az, aw), (bx, by, bz, bw) = self.c, other.c
        return Quat(
            (
                aw * bx + bw * ax + ay * bz - by * az,
                aw * by + bw * ay + az * bx - bz * ax,
                aw * bz + bw * az + ax * by - bx * ay,
                aw * bw - ax * bx - ay * by - az * bz,
            )
        )


class Transform(Compound):
    """A translation `p` and a rotation `q`."""

    __slots__ = ()

    @property
    def p(self):
        return Vec(self.c[:3])

    @property
    def q(self):
        return Quat(self.c[3:])

    def times(self, other):
        if other.__class__ is not Transform:
            return super().times(other)
        return Transform((rotate(self.q, other.p) + self.p).c + (self.q * other.q).c)

    def put_field(self, name, value):
        if name not in ("p", "q"):
            return super().put_field(name, value)
        return Transform(value.c + self.c[3:] if name == "p" else self.c[:3] + value.c)


def inside(index, extent) -> int:
    """A component's place; the last is also -1."""
    i = int(index)
    if not -extent <= i < extent:
        raise OutOfBounds(f"component {i} of {extent}")
    return i if i >= 0 else i + int(extent)


def plain_slice(part: slice) -> slice:
    return slice(*[None if end is None else int(end) for end in (part.start, part.stop, part.step)])


def fused_dot(a, b):
    """A sum of products with one rounding per step, as Warp multiplies matrices."""
    kind = a[0].__class__
    if kind is not np.float32:
        total = kind(0)
        for x, y in zip(a, b, strict=True):
            total = total + x * y
        return total
    total = kind(0)
    for x, y in zip(a, b, strict=True):
        total = kind(float(x) * float(y) + float(total))
    return total


def rotate(q: Quat, v: Vec, sense=1) -> Vec:
    """A vector turned by a unit quaternion; backwards with sense=-1."""
    (x, y, z, w), (a, b, d) = q.c, v.c
    scale = 2 * w * w - 1
    along = 2 * (x * a + y * b + z * d)
    turned = ((y * d - z * b) * w * 2, (z * a - x * d) * w * 2, (x * b - y * a) * w * 2)
    if sense < 0:
        turned = [-t for t in turned]
    return Vec(
        (
            a * scale + x * along + turned[0],
            b * scale + y * along + turned[1],
            d * scale + z * along + turned[2],
        )
    )
