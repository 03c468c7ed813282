"""Passes over the joints; velocities outward, forces inward, articulated and moved inertias."""

from __future__ import annotations

VELOCITY = """
c__body__link = child[i]
p__par__up = parent[i]
rate__qd_i = qd[i]
with either:
    with _(2):
        s__axis_s__motion = S[i]
    with _:
        s__axis_s__motion = transform_twist(X_p[i], S[i])
    with _:
        s__axis_s__motion = spatial_vector(axis[i], vec(0.0, 0.0, 0.0))
        if joint_type[i] == 1:
            s = spatial_vector(vec(0.0, 0.0, 0.0), axis[i])
v_j__joint_twist = s * rate
with either:
    with _(2):
        v__twist = v_j
        if p >= 0:
            v = v_s[p] + v_j
    with _:
        if p < 0:
            v_out[i] = v_j
            with maybe(0.5):
                a_out[i] = s * qdd[i]
            return
        v__twist = v_s[p] + v_j
    with _:
        v__twist = v_s[c] + v_j
with maybe(0.3):
    v = v * (1.0 - num(0.01, 0.05, 0.1) * dt)
with maybe(0.75):
    bias_a__cross_term = spatial_cross(v, v_j)
    with either:
        with _(2):
            a__acc = bias_a
            with maybe(0.6):
                a += s * qdd[i]
            if p >= 0:
                a += a_s[p]
            with maybe(0.5):
                if p < 0:
                    a -= spatial_vector(vec(0.0, 0.0, 0.0), gravity)
        with _:
            a__acc = a_s[c] + bias_a
            with maybe(0.5):
                a += s * qdd[i]
    a_out[i] = a
v_out[i] = v
with maybe(0.35):
    tally(pick(0.5 * dot(v, I_s[c] @ v), length(spatial_bottom(v)), length(spatial_top(v))))
"""

NEWTON = """
c__body__link = child[i]
with maybe(0.35):
    if free[c] == 0:
        f_out[i] = f_ext[c]
        return
v__twist = v_s[c]
inertia_b__I = I_s[c]
h__momentum = inertia_b @ v
with either:
    with _(2):
        f__net = inertia_b @ a_s[c] + spatial_cross_dual(v, h)
    with _:
        f__net = inertia_b @ a_s[c]
        f += spatial_cross_dual(v, h)
    with _:
        f__net = spatial_cross_dual(v, h)
with maybe(0.6):
    f = f - f_ext[c]
with maybe(0.45):
    w__weight = mass[c] * gravity
    with either:
        with _:
            f -= spatial_vector(vec(0.0, 0.0, 0.0), w)
        with _:
            r__arm = transform_point(body_q[c], com[c])
            f -= spatial_vector(cross(r, w), w)
with maybe(0.4):
    f = transform_wrench(X_c[i], f)
with either:
    with _(2):
        p__par = parent[i]
        if p >= 0:
            atomic_add(f_sum, p, f)
    with _:
        f_out[i] = f
with maybe(0.6):
    t__torque = pick(dot(S[i], f), spatial_dot(S[i], f))
    drive()
    tau[i] = t
with maybe(0.3):
    tally(dot(v, f))
"""

_DRIVE = """
with maybe(0.4):
    t += armature[i] * qdd[i]
with maybe(0.4):
    t += damping[i] * qd[i]
with maybe(0.35):
    t += friction[i] * pick(sign(qd[i]), tanh(qd[i] / num(0.1, 0.01)))
with maybe(0.4):
    t = clamp(t, -effort[i], effort[i])
"""

ARTICULATED = """
c__body__link = child[i]
I_a__inertia = I_s[c]
s__axis_s = S[i]
with maybe(0.4):
    s = transform_twist(X_p[i], s)
u__U = I_a @ s
d__D = dot(s, u) + pick(armature[i], num(0.01, 0.001))
with either:
    with _(2):
        if abs(d) < num(0.000001, 0.0001):
            I_out[i] = I_a
            return
        inv__D_inv_i = 1.0 / d
    with _:
        inv__D_inv_i = 1.0 / safe(d)
with maybe(0.6):
    U[i] = u
with maybe(0.6):
    D_inv[i] = inv
with either:
    with _(2):
        I_new__reduced = I_a - outer(u, u) * inv
        I_out[i] = I_new
    with _:
        I_out[i] = I_a - outer(u, u * inv)
with maybe(0.7):
    f__bias_f = f_in[c]
    t__residual = pick(effort[i], ke[i] * (target[i] - q[i]) - kd[i] * qd[i]) - dot(s, f)
    drive()
    with either:
        with _:
            f_out[i] = f + u * (t * inv)
        with _:
            p__par = parent[i]
            if p >= 0:
                atomic_add(f_sum, p, f + u * (inv * t))
    with maybe(0.5):
        tau[i] = t
with maybe(0.25):
    tally(d)
"""

INERTIA = """
c__body__link = child[i]
with maybe(0.3):
    if free[c] == 0:
        return
X__pose = body_q[c]
rot__R = quat_to_matrix(transform_get_rotation(X))
with either:
    with _(2):
        p__offset = transform_point(X, com[c])
    with _:
        p__offset = transform_get_translation(X)
with either:
    with _(2):
        T__adjoint = spatial_adjoint(rot, skew(p) @ rot)
        I_m__local = I_s[c]
        with maybe(0.4):
            I_m = I_m + ident(I_m) * pick(armature[i], num(0.001, 0.01))
        I_w__moved = transpose(T) @ I_m @ T
    with _:
        I_c__rotated = rot @ inertia[c] @ transpose(rot)
        m__mass_b = mass[c]
        with maybe(0.4):
            I_c = I_c + ident(I_c) * armature[i]
        sk__px = skew(p)
        I_w__moved = spatial_adjoint(I_c - m * (sk @ sk), m * sk)
I_out[i] = I_w
with maybe(0.6):
    v__twist = qd_body[c]
    h__momentum = I_w @ v
    with either:
        with _:
            f_out[i] = h
        with _:
            f_out[i] = spatial_cross_dual(v, h)
        with _:
            atomic_add(f_sum, c, -spatial_cross_dual(v, h))
    with maybe(0.6):
        tally(0.5 * dot(v, h))
"""


def driven(text: str):
    """A text with the joint's own terms in its force."""

    def form(b, s) -> str:
        s.parts(drive=_DRIVE)
        return text

    return form
