"""Tiles as one thread of a block of one sees them: small arrays of values.

A CPU launch has blocks of one thread. Source: Warp documentation, "Tiles".
"""

from __future__ import annotations

import functools
import itertools
import math

import numpy as np

from generation.verification import algebra, scalars
from generation.verification.arrays import Array, Record
from generation.verification.compounds import Compound, Mat, Vec
from generation.verification.faults import NotCovered, OutOfBounds
from generation.verification.randomness import hashed


class Tile:
    """Values in row-major order; writing into a tile changes it for all who hold it."""

    __slots__ = ("data", "shape")
    __array_ufunc__ = None

    def __init__(self, data, shape):
        self.data, self.shape = list(data), tuple(map(int, shape))

    def _each(self, function, *others):
        return Tile(map(function, self.data, *[other.data for other in others]), self.shape)

    def __add__(self, other):
        return self._each(lambda a, b: a + b, other)

    def __sub__(self, other):
        return self._each(lambda a, b: a - b, other)

    def __mul__(self, other):
        return (
            self._each(lambda a, b: a * b, other)
            if isinstance(other, Tile)
            else self._each(lambda a: a * other)
        )

    __rmul__ = __mul__

    def __neg__(self):
        return self._each(scalars.neg)

    def __getitem__(self, index):
        return self.data[self._place(index)]

    def put(self, index, value):
        self.data[self._place(index)] = value
        return self

    def _place(self, index):
        index = index if isinstance(index, tuple) else (index,)
        return Array(self.data, None, self.shape).place(index)


def _extents(shape) -> tuple[int, ...]:
    return tuple(map(int, shape)) if isinstance(shape, tuple) else (int(shape),)


def _targets(array, shape, offset, checked):
    """For each element of a tile its place in an array; None past the end, where checks are on."""
    offset = _extents(offset) if offset is not None else (0,) * len(shape)
    for index in itertools.product(*map(range, shape)):
        at = tuple(i + o for i, o in zip(index, offset, strict=True))
        past = any(p >= n for p, n in zip(at, array.extents, strict=True))
        if min(at) < 0 or (past and not checked):
            raise OutOfBounds(f"a tile at {at} of an array of {array.extents}")
        yield None if past else array.place(at)


def _load(array, shape, offset=None, storage=None, bounds_check=True, aligned=False):
    shape = _extents(shape)
    places = _targets(array, shape, offset, bounds_check)
    return Tile([array.dtype.zero() if at is None else array.data[at] for at in places], shape)


def _written(update):
    def g(array, tile, offset=None, bounds_check=True, aligned=False):
        before = []
        for value, at in zip(tile.data, _targets(array, tile.shape, offset, bounds_check), strict=True):
            if at is not None:
                before.append(array.data[at])
                array.data[at] = update(array.data[at], value)
        return Tile(before, tile.shape) if len(before) == len(tile.data) else None

    return g


def _fold(function):
    def g(tile, axis=None):
        if axis is None:
            return Tile([functools.reduce(function, tile.data)], (1,))
        axis = int(axis)
        rest = tile.shape[:axis] + tile.shape[axis + 1 :]
        lines = []
        for index in itertools.product(*map(range, rest)):
            line = [tile[(*index[:axis], k, *index[axis:])] for k in range(tile.shape[axis])]
            lines.append(functools.reduce(function, line))
        return Tile(lines, rest or (1,))

    return g


def _scan(function, exclusive=False):
    def g(tile):
        sums = list(itertools.accumulate(tile.data, function))
        return Tile([tile.data[0].__class__(0), *sums[:-1]] if exclusive else sums, tile.shape)

    return g


def _place_of(better):
    def g(tile):
        return Tile(
            [
                np.int32(
                    functools.reduce(
                        lambda a, b: b if better(tile.data[b], tile.data[a]) else a, range(len(tile.data))
                    )
                )
            ],
            (1,),
        )

    return g


def transpose(tile):
    rows, cols = tile.shape
    return Tile([tile.data[i * cols + j] for j in range(cols) for i in range(rows)], (cols, rows))


def _broadcast(tile, shape):
    shape = _extents(shape)
    padded = (1,) * (len(shape) - len(tile.shape)) + tile.shape
    source = Array(tile.data, None, padded)
    elements = []
    for index in itertools.product(*map(range, shape)):
        elements.append(source[tuple(0 if n == 1 else i for i, n in zip(index, padded, strict=True))])
    return Tile(elements, shape)


def _places(array, indices, shape, offset, axis):
    """For each element of a tile its place in an array, one axis through a tile of indices; None outside."""
    offset, axis = _extents(offset) if offset is not None else (0,) * len(shape), int(axis)
    for index in itertools.product(*map(range, shape)):
        at = [i + o for i, o in zip(index, offset, strict=True)]
        at[axis] = offset[axis] + int(indices.data[index[axis]])
        held = all(0 <= p < n for p, n in zip(at, array.extents, strict=True))
        yield array.place(tuple(at)) if held else None


def _load_indexed(array, indices, shape, offset=None, axis=0, storage=None):
    shape = _extents(shape)
    places = _places(array, indices, shape, offset, axis)
    return Tile([array.dtype.zero() if at is None else array.data[at] for at in places], shape)


def _written_indexed(update):
    def g(array, indices, t, offset=None, axis=0):
        for at, value in zip(_places(array, indices, t.shape, offset, axis), t.data, strict=True):
            if at is not None:
                array.data[at] = update(array.data[at], value)

    return g


def _scatter_add(tile, index, value, has_value):
    if has_value:
        tile.put(index, tile[index] + value)


def _axpy(factor, source, target):
    target.data[:] = [y + x * factor for x, y in zip(source.data, target.data, strict=True)]


def _assign(target, source, offset=None):
    offset = _extents(offset) if offset is not None else (0,) * len(source.shape)
    for index in itertools.product(*map(range, source.shape)):
        target.put(tuple(i + o for i, o in zip(index, offset, strict=True)), source[index])


def _view(tile, offset, shape=None):
    offset = _extents(offset)
    shape = _extents(shape) if shape is not None else tile.shape[len(offset) :]
    offset += (0,) * (len(tile.shape) - len(offset))
    full = (1,) * (len(tile.shape) - len(shape)) + shape
    places = itertools.product(*map(range, full))
    return Tile([tile[tuple(i + o for i, o in zip(at, offset, strict=True))] for at in places], shape)


def _filled(shape, value):
    return Tile([value] * math.prod(_extents(shape)), _extents(shape))


def _map(function, tile, *others):
    """Another argument is a tile as well, or one value for all elements."""
    return tile._each(
        function, *(other if isinstance(other, Tile) else _filled(tile.shape, other) for other in others)
    )


def _of_threads(value, preserve_type=False):
    """The value of each thread of a block of one; its parts make axes of their own unless told not to."""
    if preserve_type or not isinstance(value, Compound):
        return Tile([value], (1,))
    if not isinstance(value, Vec | Mat):
        raise NotCovered(f"a tile of the parts of a {type(value).__name__}")
    return Tile(value.c, (value.rows, value.cols, 1) if isinstance(value, Mat) else (len(value.c), 1))


def _to_thread(tile):
    if len(tile.shape) > 2:
        raise NotCovered(f"a value for each thread of {len(tile.shape)} axes")
    return Vec(tuple(tile.data)) if len(tile.shape) == 2 else tile.data[0]


def _squeezed(tile, axis=None):
    axes = range(len(tile.shape)) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    dropped = {int(a) % len(tile.shape) for a in axes}
    kept = [n for a, n in enumerate(tile.shape) if n > 1 or a not in dropped]
    return Tile(tile.data, kept or (1,))


def table(known, drawing) -> dict[str, object]:
    def constant(number):
        def g(shape, dtype=float, storage=None):
            shape, kind = _extents(shape), known(dtype)
            return Tile([kind(number)] * math.prod(shape), shape)

        return g

    def full(shape, value, dtype=None, storage=None):
        scalar = dtype is not None and not isinstance(value, Compound | Record)
        return _filled(shape, known(dtype)(value) if scalar else value)

    def arange(*ends, dtype=None, storage=None):
        numbers = range(*map(int, ends))
        kind = known(dtype) if dtype is not None else known(int)
        return Tile([kind(np.int32(i)) for i in numbers], (len(numbers),))

    def drawn(name):
        def g(shape, rng, min=None, max=None, storage=None):
            ends = () if min is None else (min, max)
            elements, shape = [], _extents(shape)
            state = hashed(int(rng))  # the first thread's own
            for _ in range(math.prod(shape)):
                state, value = drawing[name](state, *ends)
                elements.append(value)
            return Tile(elements, shape)

        return g

    low, high = algebra.pairwise(scalars.minimum), algebra.pairwise(scalars.maximum)
    return {
        "tile_load": _load,
        "tile_store": _written(lambda old, new: new),
        "tile_atomic_add": _written(lambda old, new: old + new),
        "tile_zeros": constant(0),
        "tile_ones": constant(1),
        "tile_full": full,
        "tile_arange": arange,
        "tile_randf": drawn("randf"),
        "tile_randi": drawn("randi"),
        "tile_sum": _fold(lambda a, b: a + b),
        "tile_min": _fold(low),
        "tile_max": _fold(high),
        "tile_argmin": _place_of(lambda a, b: a < b),
        "tile_argmax": _place_of(lambda a, b: a > b),
        "tile_dot": lambda a, b: _fold(lambda x, y: x + y)(a * b),
        "tile_reduce": lambda function, tile, axis=None: _fold(function)(tile, axis),
        "tile_map": _map,
        "tile_transpose": transpose,
        "tile_reshape": lambda tile, shape: Tile(tile.data, _extents(shape)),
        "tile_broadcast": _broadcast,
        "tile_astype": lambda tile, dtype: tile._each(known(dtype)),
        "tile_extract": lambda tile, *index: tile[index],
        "tile_scan_inclusive": _scan(lambda a, b: a + b),
        "tile_scan_exclusive": _scan(lambda a, b: a + b, exclusive=True),
        "tile_scan_max_inclusive": _scan(high),
        "tile_scan_min_inclusive": _scan(low),
        "tile_load_indexed": _load_indexed,
        "tile_store_indexed": _written_indexed(lambda old, new: new),
        "tile_atomic_add_indexed": _written_indexed(lambda old, new: old + new),
        "tile_scatter_add": _scatter_add,
        "tile_axpy": _axpy,
        "tile_assign": _assign,
        "tile_view": _view,
        "tile_squeeze": _squeezed,
        "tile_from_thread": lambda shape, value, thread_idx=0, storage=None: _filled(shape, value),
        "tile": _of_threads,
        "untile": _to_thread,
    }
