"""Tiles as one thread of a block of one sees them: small arrays of values.

A CPU launch has blocks of one thread. Source: Warp documentation, "Tiles".
"""

from __future__ import annotations

import functools
import itertools
import math

import numpy as np

from generation.verification import algebra, scalars
from generation.verification.arrays import Array
from generation.verification.compounds import Vec
from generation.verification.faults import NotCovered, Undefined
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
        return self._each(lambda a: -a)

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


def _load(array, shape, offset=None, storage=None, **_):
    shape = _extents(shape)
    offset = _extents(offset) if offset is not None else (0,) * len(shape)
    # what lies outside of the array reads as zero
    elements = []
    for index in itertools.product(*map(range, shape)):
        place = tuple(i + o for i, o in zip(index, offset, strict=True))
        held = all(0 <= p < n for p, n in zip(place, array.extents, strict=True))
        elements.append(array[place] if held else array.dtype.zero())
    return Tile(elements, shape)


def _written(update):
    def g(array, tile, offset=None, **_):
        offset = _extents(offset) if offset is not None else (0,) * len(tile.shape)
        before = []
        for number, index in enumerate(itertools.product(*map(range, tile.shape))):
            place = tuple(i + o for i, o in zip(index, offset, strict=True))
            if all(0 <= p < n for p, n in zip(place, array.extents, strict=True)):
                at = array.place(place)
                before.append(array.data[at])
                array.data[at] = update(array.data[at], tile.data[number])
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
        return Tile(lines, rest)

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


def _transpose(tile):
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


def _matmul(a, b, out=None, alpha=None, beta=None, **_):
    if alpha is not None or beta is not None:
        raise NotCovered("tile_matmul with factors")
    (rows, inner), (_, cols), kind = a.shape, b.shape, a.data[0].__class__
    wide = np.float64 if kind is np.float32 else kind  # of single precision each step rounds once
    left = np.array(a.data, wide).reshape(rows, inner)
    right = np.array(b.data, wide).reshape(inner, cols)
    total = np.zeros((rows, cols), kind)
    for k in range(inner):
        total = (left[:, k, None] * right[None, k, :] + total.astype(wide)).astype(kind)
    sums = list(total.ravel())
    if out is None:
        return Tile(sums, (rows, cols))
    out.data[:] = [x + y for x, y in zip(out.data, sums, strict=True)]
    return None


def _cholesky(matrix):
    n, kind = matrix.shape[0], matrix.data[0].__class__
    low = [[kind(0)] * n for _ in range(n)]
    for j in range(n):
        s = matrix[j, j]
        for k in range(j):
            s = s - low[j][k] * low[j][k]
        low[j][j] = algebra.sqrt(s)
        for i in range(j + 1, n):
            s = matrix[i, j]
            for k in range(j):
                s = s - low[i][k] * low[j][k]
            low[i][j] = s / low[j][j]
    return Tile([x for row in low for x in row], (n, n))


def _solve(matrix, right, lower):
    n = matrix.shape[0]
    x = list(right.data)
    order = range(n) if lower else range(n - 1, -1, -1)
    for i in order:
        s = right.data[i]
        for j in range(i) if lower else range(i + 1, n):
            s = s - matrix[i, j] * x[j]
        x[i] = s / matrix[i, i]
    return Tile(x, right.shape)


def _diag_add(matrix, diagonal):
    n = matrix.shape[0]
    data = list(matrix.data)
    for i in range(n):
        data[i * n + i] = data[i * n + i] + diagonal.data[i]
    return Tile(data, matrix.shape)


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


def _sort(keys, values):
    order = sorted(range(len(keys.data)), key=keys.data.__getitem__)
    for one, two in itertools.pairwise(order):
        if keys.data[one] == keys.data[two] and values.data[one] != values.data[two]:
            raise Undefined("the order of equal keys")
    keys.data[:], values.data[:] = [keys.data[k] for k in order], [values.data[k] for k in order]


def _fourier(transform):
    def g(tile):
        n, kind = tile.shape[-1], tile.data[0].c[0].__class__
        for first in range(0, len(tile.data), n):
            line = transform([complex(*map(float, x.c)) for x in tile.data[first : first + n]])
            tile.data[first : first + n] = [Vec((kind(x.real), kind(x.imag))) for x in line]

    return g


def _in_place(function, changed):
    """A solver that overwrites one of its arguments."""

    def g(*tiles):
        tiles[changed].data[:] = function(*tiles).data

    return g


def _filled(shape, value):
    return Tile([value] * math.prod(_extents(shape)), _extents(shape))


def _map(function, *tiles):
    return tiles[0]._each(lambda *x: function(*x), *tiles[1:])


def table(known, drawing) -> dict[str, object]:
    def constant(number):
        def g(shape, dtype=float, storage=None):
            shape, kind = _extents(shape), known(dtype)
            return Tile([kind(number)] * math.prod(shape), shape)

        return g

    def full(shape, value, dtype=float, storage=None):
        shape, kind = _extents(shape), known(dtype)
        return Tile([kind(value)] * math.prod(shape), shape)

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
    solvers = {
        "tile_cholesky": (_cholesky, 0),
        "tile_cholesky_solve": (lambda m, x: _solve(_transpose(m), _solve(m, x, True), False), 1),
        "tile_lower_solve": (lambda m, x: _solve(m, x, True), 1),
        "tile_upper_solve": (lambda m, x: _solve(m, x, False), 1),
    }
    solved = {name: function for name, (function, _) in solvers.items()}
    solved |= {f"{name}_inplace": _in_place(*row) for name, row in solvers.items()}
    return solved | {
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
        "tile_reduce": lambda function, tile: _fold(function)(tile),
        "tile_map": _map,
        "tile_transpose": _transpose,
        "tile_reshape": lambda tile, shape: Tile(tile.data, _extents(shape)),
        "tile_broadcast": _broadcast,
        "tile_astype": lambda tile, dtype: tile._each(known(dtype)),
        "tile_matmul": _matmul,
        "tile_extract": lambda tile, *index: tile[index],
        "tile_scan_inclusive": _scan(lambda a, b: a + b),
        "tile_scan_exclusive": _scan(lambda a, b: a + b, exclusive=True),
        "tile_scan_max_inclusive": _scan(high),
        "tile_scan_min_inclusive": _scan(low),
        "tile_diag_add": _diag_add,
        "tile_load_indexed": _load_indexed,
        "tile_store_indexed": _written_indexed(lambda old, new: new),
        "tile_atomic_add_indexed": _written_indexed(lambda old, new: old + new),
        "tile_scatter_add": _scatter_add,
        "tile_axpy": _axpy,
        "tile_assign": _assign,
        "tile_view": _view,
        "tile_squeeze": lambda tile, axis=None: Tile(tile.data, [n for n in tile.shape if n > 1] or (1,)),
        "tile_sort": _sort,
        "tile_fft": _fourier(np.fft.fft),
        "tile_ifft": _fourier(lambda line: np.fft.ifft(line) * len(line)),
        "tile_from_thread": lambda shape, value, thread_idx=0, storage=None: _filled(shape, value),
        "tile": lambda value: Tile([value], (1,)),
        "untile": lambda tile: tile.data[0],
    }
