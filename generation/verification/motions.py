"""Built-ins on rotations, rigid motions and spatial vectors, written for numbers of any width.

The order of the operations is that of Warp's headers, so that single precision rounds alike.
"""

from __future__ import annotations

import math

from generation.verification import scalars
from generation.verification.algebra import cross, dot, length, matrix_from_cols, normalize, sqrt
from generation.verification.compounds import Mat, Quat, Transform, Vec, rotate
from generation.verification.scalars import REAL

sin, cos, acos, asin = (REAL[name] for name in ("sin", "cos", "acos", "asin"))


def atan2(y, x):
    return y.__class__(math.atan2(y, x))


def quat_from_axis_angle(axis, angle):
    half = angle * 0.5
    return Quat((*(axis * sin(half)).c, cos(half)))


def quat_to_axis_angle(q):
    v = Vec(q.c[:3])
    return (-normalize(v) if q.c[3] < 0 else normalize(v)), 2 * atan2(length(v), abs(q.c[3]))


def quat_rpy(roll, pitch, yaw):
    cy, sy = cos(yaw * 0.5), sin(yaw * 0.5)
    cr, sr = cos(roll * 0.5), sin(roll * 0.5)
    cp, sp = cos(pitch * 0.5), sin(pitch * 0.5)
    w = cy * cr * cp + sy * sr * sp
    return Quat((cy * sr * cp - sy * cr * sp, cy * cr * sp + sy * sr * cp, sy * cr * cp - cy * sr * sp, w))


def quat_to_rpy(q):
    x, y, z, w = q.c
    roll = atan2(2.0 * (w * x + y * z), 1.0 - 2.0 * (x * x + y * y))
    sine = scalars.clamp(2.0 * (w * y - z * x), x.__class__(-1), x.__class__(1))
    return Vec((roll, asin(sine), atan2(2.0 * (w * z + x * y), 1.0 - 2.0 * (y * y + z * z))))


def quat_inverse(q):
    x, y, z, w = q.c
    return Quat((-x, -y, -z, w))


def quat_slerp(a, b, t):
    axis, angle = quat_to_axis_angle(quat_inverse(a) * b)
    return a * quat_from_axis_angle(axis, t * angle)


def quat_to_matrix(q):
    kind = q.c[0].__class__
    units = ((1, 0, 0), (0, 1, 0), (0, 0, 1))
    return matrix_from_cols(*[rotate(q, Vec(tuple(map(kind, unit)))) for unit in units])


def quat_from_matrix(m):
    kind = m.c[0].__class__
    d = [m[i, i] for i in range(3)]
    spin = (m[2, 1] - m[1, 2], m[0, 2] - m[2, 0], m[1, 0] - m[0, 1])
    if d[0] + d[1] + d[2] >= 0:
        h = sqrt(d[0] + d[1] + d[2] + kind(1))
        w, h = kind(0.5) * h, kind(0.5) / h
        return normalize(Quat((*(s * h for s in spin), w)))
    i = 1 if d[1] > d[0] else 0
    i = 2 if d[2] > d[i] else i
    j, k = (i + 1) % 3, (i + 2) % 3
    h = sqrt((d[i] - (d[j] + d[k])) + kind(1))
    parts = [None, None, None]
    parts[i], h = kind(0.5) * h, kind(0.5) / h
    parts[j] = (m[i, j] + m[j, i]) * h
    parts[k] = (m[k, i] + m[i, k]) * h
    return normalize(Quat((*parts, spin[i] * h)))


def quat_twist(axis, q):
    along = axis * dot(Vec(q.c[:3]), axis)
    return normalize(Quat((*along.c, q.c[3])))


def quat_twist_angle(axis, q):
    return 2.0 * atan2(abs(dot(axis, Vec(q.c[:3]))), q.c[3])


def quat_twist_angle_signed(axis, q):
    return 2.0 * atan2(dot(axis, Vec(q.c[:3])), q.c[3])


def quat_from_euler(e, i, j, k):
    kind = e.c[0].__class__
    turns = []
    for axis in (int(i), int(j), int(k)):
        half = 0.5 * e.c[axis]
        parts = [kind(0)] * 3
        parts[axis if axis < 2 else 2] = sin(half)
        turns.append(Quat((*parts, cos(half))))
    return turns[2] * (turns[1] * turns[0])


def quat_to_euler(q, i, j, k):
    """Bernardes and Viollet, "Quaternion to Euler angles conversion", PLOS ONE 17 (2022)."""
    kind = q.c[0].__class__
    i, j, k = int(i) + 1, int(j) + 1, int(k) + 1
    proper = i == k
    k = 6 - i - j if proper else k
    e = kind((i - j) * (j - k) * (k - i)) / 2
    part = (q.c[3], *q.c[:3])
    a, b, c, d = part[0], part[i], part[j], part[k] * e
    if not proper:
        a, b, c, d = a - part[j], b + part[k] * e, c + part[0], d - part[i]
    second = acos(2.0 * (a * a + b * b) / (a * a + b * b + c * c + d * d) - 1.0)
    plus, minus = atan2(b, a), atan2(d, c)
    first = kind(0)
    if abs(second) < 1e-6:
        third = 2.0 * plus - first
    elif abs(second - math.pi) < 1e-6:
        third = 2.0 * minus + first
    else:
        first, third = plus - minus, plus + minus
    if not proper:
        second, third = second - math.pi / 2, third * e
    angles = [None] * 4
    angles[i], angles[j], angles[k] = first, second, third
    return Vec(tuple(angles[1:]))


def transform_inverse(t):
    q = quat_inverse(t.q)
    return Transform((-rotate(q, t.p)).c + q.c)


def transform_vector(t, v):
    if isinstance(t, Mat):
        return Vec((t * Vec((*v.c, v.c[0].__class__(0)))).c[:3])
    return rotate(t.q, v)


def transform_point(t, v):
    if isinstance(t, Mat):
        return Vec((t * Vec((*v.c, v.c[0].__class__(1)))).c[:3])
    return t.p + rotate(t.q, v)


def _affine(rotation, p):
    kind = p.c[0].__class__
    rows = [(*rotation.row(i), p.c[i]) for i in range(3)]
    return Mat((*rows[0], *rows[1], *rows[2], kind(0), kind(0), kind(0), kind(1)), 4, 4)


def transform_compose(p, q, scale):
    turn = quat_to_matrix(q)
    return _affine(Mat(tuple(scale.c[i % 3] * x for i, x in enumerate(turn.c)), 3, 3), p)


def transform_decompose(m):
    columns = [[m[i, j] for i in range(3)] for j in range(3)]
    sizes = [sqrt(c[0] * c[0] + c[1] * c[1] + c[2] * c[2]) for c in columns]
    units = [[x / s for x in c] if s != 0 else c for c, s in zip(columns, sizes, strict=True)]
    turn = Mat(tuple(units[j][i] for i in range(3) for j in range(3)), 3, 3)
    return Vec((m[0, 3], m[1, 3], m[2, 3])), quat_from_matrix(turn), Vec(tuple(sizes))


def spatial_cross(a, b):
    (w, v), (r, s) = _halves(a), _halves(b)
    return Vec(cross(w, r).c + (cross(v, r) + cross(w, s)).c)


def spatial_cross_dual(a, b):
    (w, v), (r, s) = _halves(a), _halves(b)
    return Vec((cross(w, r) + cross(v, s)).c + cross(w, s).c)


def _halves(a):
    return Vec(a.c[:3]), Vec(a.c[3:])


def spatial_adjoint(r, s):
    zero = (r.c[0].__class__(0),) * 3
    rows = [r.row(i) + zero for i in range(3)] + [s.row(i) + r.row(i) for i in range(3)]
    return Mat(tuple(x for row in rows for x in row), 6, 6)


def transform_twist(t, x):
    w, v = _halves(x)
    w = rotate(t.q, w)
    return Vec(w.c + (rotate(t.q, v) + cross(t.p, w)).c)


def transform_wrench(t, x):
    torque, force = _halves(x)
    force = rotate(t.q, force)
    return Vec((rotate(t.q, torque) + cross(t.p, force)).c + force.c)


MOTIONS = {
    "quat_from_axis_angle": quat_from_axis_angle,
    "quat_to_axis_angle": quat_to_axis_angle,
    "quat_rpy": quat_rpy,
    "quat_to_rpy": quat_to_rpy,
    "quat_inverse": quat_inverse,
    "quat_rotate": rotate,
    "quat_rotate_inv": lambda q, v: rotate(q, v, -1),
    "quat_slerp": quat_slerp,
    "quat_to_matrix": quat_to_matrix,
    "quat_from_matrix": quat_from_matrix,
    "quat_twist": quat_twist,
    "quat_twist_angle": quat_twist_angle,
    "quat_twist_angle_signed": quat_twist_angle_signed,
    "quat_from_euler": quat_from_euler,
    "quat_to_euler": quat_to_euler,
    "transform_get_translation": lambda t: t.p,
    "transform_get_rotation": lambda t: t.q,
    "transform_multiply": lambda a, b: a * b,
    "transform_inverse": transform_inverse,
    "transform_point": transform_point,
    "transform_vector": transform_vector,
    "transform_to_matrix": lambda t: _affine(quat_to_matrix(t.q), t.p),
    "transform_from_matrix": lambda m: Transform((m[0, 3], m[1, 3], m[2, 3], *quat_from_matrix(m).c)),
    "transform_compose": transform_compose,
    "transform_decompose": transform_decompose,
    "spatial_top": lambda a: Vec(a.c[:3]),
    "spatial_bottom": lambda a: Vec(a.c[3:]),
    "spatial_dot": dot,
    "spatial_cross": spatial_cross,
    "spatial_cross_dual": spatial_cross_dual,
    "spatial_adjoint": spatial_adjoint,
    "velocity_at_point": lambda x, r: Vec(x.c[3:]) + cross(Vec(x.c[:3]), r),
    "transform_twist": transform_twist,
    "transform_wrench": transform_wrench,
}
