"""Forces of joints by type, of points, of contacts."""

from __future__ import annotations

from generation.synthesis.forms import drawn

_JOINT = """
p__par__up = parent[i]
c__body__link = child[i]
with maybe(0.3):
    if free[c] == 0:
        return
with either:
    with _(2):
        X_wp__pose_p = X_p[i]
        if p >= 0:
            X_wp = body_q[p] * X_p[i]
    with _:
        if p < 0:
            return
        X_wp__pose_p = body_q[p] * X_p[i]
X_wc__pose_c = body_q[c] * X_c[i]
r_c__arm = transform_get_translation(X_wc) - transform_point(body_q[c], com[c])
x_err__gap = transform_get_translation(X_wc) - transform_get_translation(X_wp)
q_err__rel_rot = quat_inverse(transform_get_rotation(X_wp)) * transform_get_rotation(X_wc)
twist__qd_c = qd_body[c]
w_err__rel_w = spatial_top(twist)
v_err__rel_v = spatial_bottom(twist)
with maybe(0.7):
    if p >= 0:
        w_err -= spatial_top(qd_body[p])
        v_err -= spatial_bottom(qd_body[p])
t_total__torque = vec(0.0, 0.0, 0.0)
f_total__force = vec(0.0, 0.0, 0.0)
ax__axis_w = quat_rotate(transform_get_rotation(X_wp), axis[i])
kinds()
with maybe(0.35):
    f_total = f_total + x_err * limit_ke * num(0.5, 2.0) + v_err * limit_kd
wrench__f_c = spatial_vector(t_total + cross(r_c, f_total), f_total)
with maybe(0.7):
    if p >= 0:
        atomic_add(f_sum, p, wrench)
atomic_sub(f_sum, c, wrench)
with maybe(0.3):
    tally(pick(dot(x_err, x_err), length(t_total)))
"""

_PULL = """
u__ctrl = ke[i] * (target[i] - pos) - kd[i] * vel
if pos < lower[i]:
    u += limit_ke * (lower[i] - pos) - limit_kd * min(vel, 0.0)
elif pos > upper[i]:
    u += limit_ke * (upper[i] - pos) - limit_kd * max(vel, 0.0)
with maybe(0.5):
    u = clamp(u, -effort[i], effort[i])
"""

_KINDS = (
    (
        "kind == jt.REVOLUTE",
        """
pos__angle = 2.0 * acos(clamp(q_err[3], -1.0, 1.0))
vel__rate = dot(w_err, ax)
pull()
t_total = ax * -u
f_total = x_err * limit_ke + v_err * limit_kd
""",
    ),
    (
        "kind == jt.PRISMATIC",
        """
pos__slide = dot(x_err, ax)
vel__rate = dot(v_err, ax)
pull()
f_total = ax * -u + (x_err - pos * ax) * limit_ke
with maybe(0.6):
    t_total = w_err * limit_kd
""",
    ),
    (
        "kind == jt.FIXED",
        """
t_total = vec(q_err[0], q_err[1], q_err[2]) * (2.0 * limit_ke) + w_err * limit_kd
f_total = x_err * limit_ke + v_err * limit_kd
""",
    ),
    (
        "kind == jt.BALL",
        """
f_total = x_err * limit_ke + v_err * limit_kd
with maybe(0.6):
    t_total = w_err * damping[i]
""",
    ),
    (
        "kind == jt.DISTANCE",
        """
stretch__d = length(x_err)
if stretch > upper[i]:
    f_total = normalize(x_err) * (limit_ke * (stretch - upper[i]))
""",
    ),
)

POINT = """
c__body__b = child[i]
with maybe(0.35):
    if free[c] == 0:
        return
X_wb__pose = body_q[c]
x_p__world_point = transform_point(X_wb, point[i])
r__arm = x_p - transform_point(X_wb, com[c])
with either:
    with _(2):
        f__applied = force[i]
    with _:
        f__applied = transform_vector(X_wb, force[i])
with maybe(0.55):
    twist__qd_c = qd_body[c]
    with either:
        with _:
            v_p__point_v = velocity_at_point(twist, r)
        with _:
            v_p__point_v = spatial_bottom(twist) + cross(spatial_top(twist), r)
    with either:
        with _:
            f = f - kdn * v_p
        with _:
            f = f - kdn * length(v_p) * v_p
        with _:
            if dot(f, v_p) > 0.0:
                f = f * num(0.5, 0.9)
with maybe(0.35):
    f_len__size = length(f)
    if f_len > effort[i]:
        f = f * (effort[i] / f_len)
with maybe(0.35):
    f += mass[c] * gravity
w_f__wrench = spatial_vector(cross(r, f), f)
with either:
    with _(2):
        atomic_add(f_sum, c, w_f)
    with _:
        atomic_sub(f_sum, c, w_f)
    with _:
        f_out[i] = w_f
with maybe(0.3):
    tally(pick(length(f), dot(f, r)))
"""

CONTACT = """
a__b0 = body_a[i]
e__b1 = body_b[i]
with either:
    with _(2):
        if a == e:
            return
    with _:
        if a < 0 and e < 0:
            return
n__nrm = normal[i]
with maybe(0.5):
    if depth[i] <= slop:
        return
v__rel_v = vec(0.0, 0.0, 0.0)
r_a__arm_a = vec(0.0, 0.0, 0.0)
r_e__arm_b = vec(0.0, 0.0, 0.0)
w_sum__inv_eff = real(0.0)
if a >= 0:
    r_a = point[i] - transform_point(body_q[a], com[a])
    v = velocity_at_point(qd_body[a], r_a)
    ang_a__ra_n = cross(r_a, n)
    w_sum = inv_mass[a] + dot(ang_a, inv_inertia[a] @ ang_a)
if e >= 0:
    r_e = point[i] - transform_point(body_q[e], com[e])
    v -= velocity_at_point(qd_body[e], r_e)
    ang_e__re_n = cross(r_e, n)
    w_sum += inv_mass[e] + dot(ang_e, inv_inertia[e] @ ang_e)
vn__v_normal = dot(v, n)
vt__v_tangent = v - n * vn
with either:
    with _(2):
        push__fn = kn * depth[i]
        with maybe(0.7):
            push -= kdn * min(vn, 0.0)
        slip__vt_len = length(vt)
        f__total = push * n
        with either:
            with _:
                if slip > num(0.0001, 0.001):
                    f -= vt / slip * min(kf * slip, mu * push)
            with _:
                f -= vt * (mu * push / safe(slip))
        use__w = spatial_vector(cross(r_a, f), f)
        if a >= 0:
            atomic_add(f_sum, a, use)
        if e >= 0:
            atomic_sub(f_sum, e, spatial_vector(cross(r_e, f), f))
    with _(2):
        with maybe(0.5):
            if vn > 0.0 and depth[i] < slop:
                return
        goal__target_v = pick(-restitution * vn, 0.0) + bias * max(depth[i] - slop, 0.0) / dt
        dl__lambda = (goal - vn) / safe(w_sum)
        old__prev = impulse[i]
        new__clamped = max(old + dl, 0.0)
        impulse[i] = new
        j__push = n * (new - old)
        with maybe(0.5):
            slip__vt_len = length(vt)
            if slip > num(0.0001, 0.001):
                j -= vt / slip * min(mu * new, slip / safe(w_sum))
        if a >= 0:
            atomic_add(dv, a, spatial_vector(inv_inertia[a] @ cross(r_a, j), j * inv_mass[a]))
        if e >= 0:
            atomic_sub(dv, e, spatial_vector(inv_inertia[e] @ cross(r_e, j), j * inv_mass[e]))
with maybe(0.3):
    tally(pick(depth[i], abs(vn), length(vt)))
"""


def joint(b, s) -> str:
    s.parts(pull=_PULL)
    s("kind__jtype = joint_type[i]")
    return drawn(_JOINT, kinds=_KINDS)(b, s)
