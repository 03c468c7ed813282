"""Built-ins on vectors and matrices, written for numbers of any width.

The order of the operations is that of Warp's headers, so that single precision rounds alike. A plain number
in a formula takes the type of the value it meets.
"""

from __future__ import annotations

import math

import numpy as np

from generation.verification import scalars
from generation.verification.compounds import Compound, Mat, Quat, Vec, fused_dot
from generation.verification.scalars import REAL

sqrt = REAL["sqrt"]


def pairwise(scalar):
    """A scalar's function of two, by component."""

    def g(a, b=None):
        if b is None:
            result = a.c[0]
            for x in a.c[1:]:
                result = scalar(result, x)
            return result
        return a.like(tuple(map(scalar, a.c, b.c))) if isinstance(a, Compound) else scalar(a, b)

    return g


def dot(a, b):
    if not isinstance(a, Compound):
        return a * b
    total = a.c[0] * b.c[0]
    for x, y in zip(a.c[1:], b.c[1:], strict=True):
        total = total + x * y
    return total


def length(a):
    return sqrt(dot(a, a))


def normalize(a):
    size = length(a)
    kind = size.__class__
    if isinstance(a, Quat):
        inverse_size = kind(1) / size if size > 0 else None
        return a * inverse_size if size > 0 else Quat((kind(0), kind(0), kind(0), kind(1)))
    return a / size if size > 0 else a.like((kind(0),) * len(a.c))


def cross(a, b):
    (ax, ay, az), (bx, by, bz) = a.c, b.c
    return Vec((ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx))


def outer(a, b):
    if not isinstance(a, Compound) or not isinstance(b, Compound):
        return a * b
    return Mat(tuple(x * y for x in a.c for y in b.c), len(a.c), len(b.c))


def skew(a):
    x, y, z = a.c
    zero = x.__class__(0)
    return Mat((zero, -z, y, z, zero, -x, -y, x, zero), 3, 3)


def transpose(m):
    return Mat(tuple(x for j in range(m.cols) for x in m.col(j)), m.cols, m.rows)


def diag(v):
    n, zero = len(v.c), v.c[0].__class__(0)
    return Mat(tuple(v.c[i] if i == j else zero for i in range(n) for j in range(n)), n, n)


def get_diag(m):
    return Vec(m.c[:: m.cols + 1])


def trace(m):
    entries = m.c[:: m.cols + 1]
    total = entries[0]
    for x in entries[1:]:
        total = total + x
    return total


def ddot(a, b):
    return fused_dot(a.c, b.c)


def determinant(m):
    if m.rows == 2:
        a, b, c, d = m.c
        return a * d - c * b
    if m.rows == 3:
        return dot(Vec(m.row(0)), cross(Vec(m.row(1)), Vec(m.row(2))))
    return m.c[0].__class__(_four(m)[0])


def inverse(m):
    kind = m.c[0].__class__
    if m.rows == 4:
        det, adjugate = _four(m)
        if not abs(det) > 0:
            return m.like((kind(0),) * 16)
        return m.like(tuple(kind(x * (1.0 / det)) for x in adjugate))
    det = determinant(m)
    if det == 0 or det != det:
        return m.like((kind(0),) * len(m.c)) if det == 0 or m.rows == 2 else m.like((det,) * len(m.c))
    if m.rows == 2:
        a, b, c, d = m.c
        return Mat((d, -b, -c, a), 2, 2) * (kind(1) / det)
    (a, b, c, d, e, f, g, h, i) = m.c
    entries = (
        *(e * i - f * h, c * h - b * i, b * f - c * e),
        *(f * g - d * i, a * i - c * g, c * d - a * f),
        *(d * h - e * g, b * g - a * h, a * e - b * d),
    )
    return Mat(entries, 3, 3) * (kind(1) / det)


def _four(m):
    """Determinant and adjugate of a 4 x 4 matrix, by the cofactors of its left and right columns."""
    x = [[m.c[4 * i + j] for j in range(4)] for i in range(4)]

    places = [(i, j) for i in range(4) for j in range(i + 1, 4)]

    def minors(a, b):
        return {(i, j): np.float64(x[i][a] * x[j][b] - x[j][a] * x[i][b]) for i, j in places}

    kind = m.c[0].__class__
    left, right = minors(0, 1), minors(2, 3)
    z30 = kind(x[1][1] * right[0, 2] - x[2][1] * right[0, 1] - x[0][1] * right[1, 2])
    z20 = kind(x[0][1] * right[1, 3] - x[1][1] * right[0, 3] + x[3][1] * right[0, 1])
    z10 = kind(x[2][1] * right[0, 3] - x[3][1] * right[0, 2] - x[0][1] * right[2, 3])
    z00 = kind(x[1][1] * right[2, 3] - x[2][1] * right[1, 3] + x[3][1] * right[1, 2])
    z31 = kind(x[0][0] * right[1, 2] - x[1][0] * right[0, 2] + x[2][0] * right[0, 1])
    z21 = kind(x[1][0] * right[0, 3] - x[3][0] * right[0, 1] - x[0][0] * right[1, 3])
    z11 = kind(x[0][0] * right[2, 3] - x[2][0] * right[0, 3] + x[3][0] * right[0, 2])
    z01 = kind(x[2][0] * right[1, 3] - x[3][0] * right[1, 2] - x[1][0] * right[2, 3])
    z33 = x[0][2] * left[1, 2] - x[1][2] * left[0, 2] + x[2][2] * left[0, 1]
    z23 = x[1][2] * left[0, 3] - x[3][2] * left[0, 1] - x[0][2] * left[1, 3]
    z13 = x[0][2] * left[2, 3] - x[2][2] * left[0, 3] + x[3][2] * left[0, 2]
    z03 = x[2][2] * left[1, 3] - x[3][2] * left[1, 2] - x[1][2] * left[2, 3]
    z32 = x[1][3] * left[0, 2] - x[2][3] * left[0, 1] - x[0][3] * left[1, 2]
    z22 = x[0][3] * left[1, 3] - x[1][3] * left[0, 3] + x[3][3] * left[0, 1]
    z12 = x[2][3] * left[0, 3] - x[3][3] * left[0, 2] - x[0][3] * left[2, 3]
    z02 = x[1][3] * left[2, 3] - x[2][3] * left[1, 3] + x[3][3] * left[1, 2]
    det = np.float64(x[3][0] * z30 + x[2][0] * z20 + x[1][0] * z10 + x[0][0] * z00)
    rows = ((z00, z10, z20, z30), (z01, z11, z21, z31), (z02, z12, z22, z32), (z03, z13, z23, z33))
    return det, [np.float64(z) for row in rows for z in row]


def _place_of(better):
    def g(v):
        place = 0
        numbers = [i for i, x in enumerate(v.c) if x == x]
        for i in numbers:
            place = i if i == numbers[0] or better(v.c[i], v.c[place]) else place
        return np.uint32(place)

    return g


def lerp(a, b, t):
    return a * (t.__class__(1) - t) + b * t


def clamp(x, low, high):
    return pairwise(scalars.minimum)(pairwise(scalars.maximum)(low, x), high)


def matrix_from_rows(*rows):
    return Mat(tuple(x for row in rows for x in row.c), len(rows), len(rows[0].c))


def matrix_from_cols(*cols):
    return transpose(matrix_from_rows(*cols))


def norm_l1(v):
    total = v.c[0].__class__(0)
    for x in v.c:
        total = total + abs(x)
    return total


def norm_huber(v, delta=1.0):
    a = dot(v, v)
    return 0.5 * a if a <= delta * delta else delta * (sqrt(a) - 0.5 * delta)


def norm_pseudo_huber(v, delta=1.0):
    return delta * sqrt(1.0 + dot(v, v) / (delta * delta))


def _any(test):
    return lambda x: any(map(test, x.c)) if isinstance(x, Compound) else test(x)


ALGEBRA = {
    "min": pairwise(scalars.minimum),
    "max": pairwise(scalars.maximum),
    "clamp": clamp,
    "lerp": lerp,
    "dot": dot,
    "tensordot": dot,
    "length": length,
    "length_sq": lambda a: dot(a, a),
    "normalize": normalize,
    "cross": cross,
    "cw_mul": pairwise(lambda x, y: x * y),
    "cw_div": pairwise(lambda x, y: scalars.div(x, y)),
    "outer": outer,
    "skew": skew,
    "transpose": transpose,
    "diag": diag,
    "get_diag": get_diag,
    "get_row": lambda m, i: m[i],
    "get_col": lambda m, j: Vec(m.col(int(j))),
    "trace": trace,
    "ddot": ddot,
    "determinant": determinant,
    "inverse": inverse,
    "inverse_approx": inverse,
    "argmin": _place_of(lambda x, y: x < y),
    "argmax": _place_of(lambda x, y: x > y),
    "norm_l1": norm_l1,
    "norm_l2": length,
    "norm_huber": norm_huber,
    "norm_pseudo_huber": norm_pseudo_huber,
    "smooth_normalize": lambda v, delta=1.0: v / norm_pseudo_huber(v, delta),
    "matrix_from_rows": matrix_from_rows,
    "matrix_from_cols": matrix_from_cols,
    "isfinite": lambda x: not _any(lambda y: not math.isfinite(y))(x),
    "isnan": _any(math.isnan),
    "isinf": _any(math.isinf),
}
