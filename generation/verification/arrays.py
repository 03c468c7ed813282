"""What holds other values: views of arrays, values of structs; and how any value is written to.

Structs never change, as compounds do not; arrays do.
"""

from __future__ import annotations

import numpy as np

from generation.verification.compounds import inside, plain_slice
from generation.verification.faults import Fault, NotCovered, OutOfBounds


class Record:
    """A value of a struct."""

    __slots__ = ("fields", "kind")
    __array_ufunc__ = None

    def __init__(self, kind, fields):
        self.kind, self.fields = kind, fields

    def __getattr__(self, name):
        try:
            return self.fields[self.kind.places[name]]
        except KeyError:
            raise AttributeError(name) from None

    def put_field(self, name, value):
        place = self.kind.places[name]
        return Record(self.kind, (*self.fields[:place], value, *self.fields[place + 1 :]))


class Array:
    """A view of elements in a list: arrays, their rows and slices share what they hold."""

    __slots__ = ("data", "dtype", "extents", "offset", "strides")
    __array_ufunc__ = None

    def __init__(self, data, dtype, shape, strides=None, offset=0):
        self.data, self.dtype, self.offset = data, dtype, offset
        self.extents = tuple(map(int, shape))
        if strides is None:
            strides, step = [], 1
            for extent in reversed(self.extents):
                strides.insert(0, step)
                step *= extent
            strides = tuple(strides)
        self.strides = strides

    @property
    def shape(self):
        return tuple(map(np.int32, self.extents))

    @property
    def ndim(self):
        return len(self.extents)

    def place(self, index):
        """Where an element stands in the list."""
        if index.__class__ is not tuple:
            index = (index,)
        if len(index) != len(self.extents):
            raise NotCovered("a view that is written to as a whole")
        place = self.offset
        for i, extent, stride in zip(index, self.extents, self.strides, strict=True):
            i = int(i)
            if not -extent <= i < extent:
                raise OutOfBounds(f"index {i} of an extent of {extent}")
            place += (i if i >= 0 else i + extent) * stride
        return place

    def __getitem__(self, index):
        if index.__class__ is not tuple:
            index = (index,)
        if len(index) == len(self.extents) and slice not in map(type, index):
            return self.data[self.place(index)]
        return self.view(index)

    def view(self, index):
        offset, shape, strides = self.offset, [], []
        for axis, extent in enumerate(self.extents):
            stride = self.strides[axis]
            if axis >= len(index):
                shape.append(extent)
                strides.append(stride)
            elif isinstance(index[axis], slice):
                start, stop, step = plain_slice(index[axis]).indices(extent)
                offset += start * stride
                shape.append(len(range(start, stop, step)))
                strides.append(stride * step)
            else:
                offset += inside(index[axis], extent) * stride
        return Array(self.data, self.dtype, tuple(shape), tuple(strides), offset)

    def put(self, index, value):
        self.data[self.place(index)] = value
        return self

    def __len__(self):
        return self.extents[0]


def put(value, index, new):
    """`value` with `new` at `index`."""
    try:
        return value.put(index, new)
    except AttributeError:
        raise NotCovered(f"writing to an element of {type(value).__name__}") from None


def put_field(value, name, new):
    try:
        return value.put_field(name, new)
    except AttributeError:
        raise Fault(f"no field {name} of {type(value).__name__} to write") from None
