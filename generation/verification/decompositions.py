"""Small decompositions as Warp computes them: their signs and order are those of the algorithm.

Source: McAdams et al., "Computing the Singular Value Decomposition of 3x3 matrices with minimal branching and
elementary floating point operations", University of Wisconsin, 2011.
"""

from __future__ import annotations

import numpy as np

from generation.verification import scalars
from generation.verification.algebra import dot, length, sqrt
from generation.verification.compounds import Mat, Vec

_GAMMA, _COS, _SIN = 5.82842712474619, 0.9238795325112867, 0.3826834323650898


def _settings(kind, double):
    """The number of sweeps and the threshold of a width."""
    return (8, 1e-12) if kind is np.float64 and not double else (4, 1e-6)


def _rows(m):
    return [list(m.row(i)) for i in range(m.rows)]


def _flat(rows):
    return Mat(tuple(x for row in rows for x in row), len(rows), len(rows[0]))


def _times(a, b):
    return [[a[i][0] * b[0][j] + a[i][1] * b[1][j] + a[i][2] * b[2][j] for j in range(3)] for i in range(3)]


def _turned(a):
    return [list(column) for column in zip(*a, strict=True)]


def _jacobi(s, sweeps):
    """The rotation that makes a symmetric matrix diagonal, as a matrix."""
    kind = s[0][0].__class__
    s11, s21, s22, s31, s32, s33 = s[0][0], s[1][0], s[1][1], s[2][0], s[2][1], s[2][2]
    q = [kind(0), kind(0), kind(0), kind(1)]
    for _ in range(sweeps):
        for x, y, z in ((0, 1, 2), (1, 2, 0), (2, 0, 1)):
            ch, sh = kind(2) * (s11 - s22), s21
            small = kind(_GAMMA) * sh * sh < ch * ch
            w = kind(1) / sqrt(ch * ch + sh * sh)
            ch, sh = (w * ch, w * sh) if small else (kind(_COS), kind(_SIN))
            scale = ch * ch + sh * sh
            a, b = (ch * ch - sh * sh) / scale, (kind(2) * sh * ch) / scale
            t11 = a * (a * s11 + b * s21) + b * (a * s21 + b * s22)
            t21 = a * (-b * s11 + a * s21) + b * (-b * s21 + a * s22)
            t22 = -b * (-b * s11 + a * s21) + a * (-b * s21 + a * s22)
            t31, t32, t33 = a * s31 + b * s32, -b * s31 + a * s32, s33
            part = [q[0] * sh, q[1] * sh, q[2] * sh]
            rest = sh * q[3]
            q = [c * ch for c in q]
            q[z] = q[z] + rest
            q[3] = q[3] - part[z]
            q[x] = q[x] + part[y]
            q[y] = q[y] - part[x]
            s11, s21, s22, s31, s32, s33 = t22, t32, t33, t21, t31, t11
    x, y, z, w = q
    one, two = kind(1), kind(2)
    return [
        [one - two * (y * y + z * z), two * (x * y - w * z), two * (x * z + w * y)],
        [two * (x * y + w * z), one - two * (x * x + z * z), two * (y * z - w * x)],
        [two * (x * z - w * y), two * (y * z + w * x), one - two * (x * x + y * y)],
    ]


def _givens(a1, a2, epsilon):
    kind = a1.__class__
    rho = sqrt(a1 * a1 + a2 * a2)
    sh = a2 if rho > epsilon else kind(0)
    ch = abs(a1) + scalars.maximum(rho, kind(epsilon))
    if a1 < 0:
        sh, ch = ch, sh
    w = kind(1) / sqrt(ch * ch + sh * sh)
    return ch * w, sh * w


def _qr(b, epsilon):
    kind = b[0][0].__class__
    one, two, four = kind(1), kind(2), kind(4)
    r, halves = [list(row) for row in b], []
    for low, high, column in ((0, 1, 0), (0, 2, 0), (1, 2, 1)):
        ch, sh = _givens(r[low][column], r[high][column], epsilon)
        halves.append((ch, sh))
        c, s = one - two * sh * sh, two * ch * sh
        above = [c * x + s * y for x, y in zip(r[low], r[high], strict=True)]
        below = [-s * x + c * y for x, y in zip(r[low], r[high], strict=True)]
        r[low], r[high] = above, below
    (c1, s1), (c2, s2), (c3, s3) = halves
    n1, n2, n3 = (-one + two * (s * s) for s in (s1, s2, s3))
    q = [
        [
            n1 * n2,
            four * c2 * c3 * n1 * s2 * s3 + two * c1 * s1 * n3,
            four * c1 * c3 * s1 * s3 - two * c2 * n1 * s2 * n3,
        ],
        [
            two * c1 * s1 * (one - two * (s2 * s2)),
            kind(-8) * c1 * c2 * c3 * s1 * s2 * s3 + n1 * n3,
            kind(-2) * c3 * s3 + four * s1 * (c3 * s1 * s3 + c1 * c2 * s2 * n3),
        ],
        [two * c2 * s2, two * c3 * (one - two * (s2 * s2)) * s3, n2 * n3],
    ]
    return q, r


def _sorted(b, v):
    """Columns by falling length; one of two that change places changes its sign."""
    squares = [dot(Vec(c), Vec(c)) for c in (tuple(row[j] for row in b) for j in range(3))]
    for i, j in ((0, 1), (0, 2), (1, 2)):
        if squares[i] < squares[j]:
            for m in (b, v):
                for row in m:
                    row[i], row[j] = row[j], -row[i]
            squares[i], squares[j] = squares[j], squares[i]
    return b, v


def table(double: bool) -> dict[str, object]:
    def svd3(m):
        sweeps, epsilon = _settings(m.c[0].__class__, double)
        a = _rows(m)
        v = _jacobi(_times(_turned(a), a), sweeps)
        b, v = _sorted(_times(a, v), v)
        u, s = _qr(b, epsilon)
        return _flat(u), Vec((s[0][0], s[1][1], s[2][2])), _flat(v)

    def qr3(m):
        q, r = _qr(_rows(m), _settings(m.c[0].__class__, double)[1])
        return _flat(q), _flat(r)

    def eig3(m):
        a = _rows(m)
        q = _jacobi(a, _settings(m.c[0].__class__, double)[0])
        u = _times(_times(_turned(q), a), q)
        return _flat(q), Vec((u[0][0], u[1][1], u[2][2]))

    return {"svd3": svd3, "svd2": svd2, "qr3": qr3, "eig3": eig3, "closest_point_edge_edge": edge_edge}


def svd2(m):
    (a, b, c, d), kind = m.c, m.c[0].__class__
    left, mixed, right = a * a + c * c, a * b + c * d, b * b + d * d
    total, gap = left + right, left - right
    discriminant = gap * gap + kind(4) * mixed * mixed
    if discriminant == 0:
        s = sqrt(kind(0.5) * total)
        unit = Mat((kind(1), kind(0), kind(0), kind(1)), 2, 2)
        return unit, Vec((s, s)), unit
    root = sqrt(discriminant)
    inverse = kind(1) / sqrt((total + root) * kind(0.5))
    second = sqrt((total - root) * kind(0.5))
    y, x = gap - root + kind(2) * mixed, gap + root - kind(2) * mixed
    square = x * x + y * y
    if square == 0:
        x = y = kind(0.707106781186547524401)
    else:
        x, y = x * (kind(1) / sqrt(square)), y * (kind(1) / sqrt(square))
    u, w = (a * x + b * y) * inverse, (c * x + d * y) * inverse
    sign = scalars.sign(a * d - b * c)
    return Mat((u, -w * sign, w, u * sign), 2, 2), Vec((kind(1) / inverse, second)), Mat((x, -y, y, x), 2, 2)


def _difference(a, b, c, d):
    """a * b - c * d with hardly a rounding."""
    return a.__class__(float(a) * float(b) - float(c) * float(d))


def edge_edge(p1, q1, p2, q2, epsilon):
    """Where on two edges their closest points lie, and how far apart these are.

    Source: Ericson, "Real-Time Collision Detection", 2005, section 5.1.9.
    """
    d1, d2, r = q1 - p1, q2 - p2, p1 - p2
    a, e, f = dot(d1, d1), dot(d2, d2), dot(d2, r)
    kind = a.__class__
    zero, one = kind(0), kind(1)
    s = t = zero

    def clamped(x):
        return scalars.clamp(x, zero, one)

    if a <= epsilon and e <= epsilon:
        pass
    elif a <= epsilon:
        t = clamped(f / e)
    elif e <= epsilon:
        s = clamped(-dot(d1, r) / a)
    else:
        b, c = dot(d1, d2), dot(d1, r)
        denominator = _difference(a, e, b, b)
        s = clamped(_difference(b, f, c, e) / denominator) if denominator > 0 else zero
        t = (b * s + f) / e
        if t < 0:
            s, t = clamped(-c / a), zero
        elif t > 1:
            s, t = clamped((b - c) / a), one
    return Vec((s, t, length((p2 + d2 * t) - (p1 + d1 * s))))
