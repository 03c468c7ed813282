"""Algorithms on whole tiles: products, factorisations, solvers, sorting, transforms of Fourier.

Source: Warp documentation, "Tiles".
"""

from __future__ import annotations

import itertools

import numpy as np

from generation.verification import algebra
from generation.verification.compounds import Vec
from generation.verification.faults import NotCovered, Undefined
from generation.verification.tiles import Tile, transpose


def _matmul(a, b, out=None, alpha=None, beta=None, **_):
    if alpha is not None or beta is not None:
        raise NotCovered("tile_matmul with factors")
    (rows, inner), (_, cols), kind = a.shape, b.shape, a.data[0].__class__
    if {tile.data[0].__class__ for tile in (a, b, out or a)} != {kind}:
        raise NotCovered("tile_matmul of several types")
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
    """Of a right-hand side, or of one in each column."""
    n, x = matrix.shape[0], list(right.data)
    cols = len(x) // n
    for i in range(n) if lower else range(n - 1, -1, -1):
        for col in range(cols):
            s = x[i * cols + col]
            for j in range(i) if lower else range(i + 1, n):
                s = s - matrix[i, j] * x[j * cols + col]
            x[i * cols + col] = s / matrix[i, i]
    return Tile(x, right.shape)


def _diag_add(matrix, diagonal):
    n = matrix.shape[0]
    data = list(matrix.data)
    for i in range(n):
        data[i * n + i] = data[i * n + i] + diagonal.data[i]
    return Tile(data, matrix.shape)


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


_SOLVERS = {  # and which argument those in place overwrite
    "tile_cholesky": (_cholesky, 0),
    "tile_cholesky_solve": (lambda m, x: _solve(transpose(m), _solve(m, x, True), False), 1),
    "tile_lower_solve": (lambda m, x: _solve(m, x, True), 1),
    "tile_upper_solve": (lambda m, x: _solve(m, x, False), 1),
}
TILE_ALGORITHMS = {name: function for name, (function, _) in _SOLVERS.items()}
TILE_ALGORITHMS |= {f"{name}_inplace": _in_place(*row) for name, row in _SOLVERS.items()}
TILE_ALGORITHMS |= {
    "tile_matmul": _matmul,
    "tile_diag_add": _diag_add,
    "tile_sort": _sort,
    "tile_fft": _fourier(np.fft.fft),
    "tile_ifft": _fourier(lambda line: np.fft.ifft(line) * len(line)),
}
