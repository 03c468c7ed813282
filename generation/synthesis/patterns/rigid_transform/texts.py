"""Points, chains, errors, skins and wrenches under poses."""

from __future__ import annotations

FUNCTIONS = """
def transform_point__to_world(q, p, x):
    'Rotate and translate a point.'
    return quat_rotate(q, x) + p
def inverse_point__to_local(q, p, x):
    'Bring a point into the local frame.'
    return quat_rotate_inv(q, x - p)
def compose_pos__chain_position(pq, pp, lp):
    'Position of a child frame.'
    return pp + quat_rotate(pq, lp)
def rotation_error__quat_log(a, c):
    'Rotation vector between two orientations.'
    r = quat_inverse(a) * c
    axis = vec(r[0], r[1], r[2])
    if r[3] < 0.0:
        return axis * -2.0
    return axis * 2.0
def angle_between__rotation_angle(a, c):
    'Angle between two rotations.'
    w = clamp(abs(dot(a, c)), 0.0, 1.0)
    return 2.0 * acos(w)
def advance_rotation__integrate_quat(q, w, h):
    'Integrate a rotation over one time step.'
    angle = length(w) * h
    return normalize(quat_from_axis_angle(normalize(w), angle) * q)
def point_velocity__velocity_at(v, w, r):
    'Velocity of a point at offset r of a moving body.'
    return v + cross(w, r)
"""

POINTS = """
p__pt__local = x[i]
b_id__body__frame = owner[i]
with either:
    with _:
        if b_id < 0:
            out[i] = p
            return
    with _:
        if b_id < 0:
            return
q__rot__r_q = bq[b_id]
o__pos__origin = bp[b_id]
with maybe(0.4):
    p = pick(cw_mul(p, scale[b_id]), p * uniform)
with maybe(0.25):
    p = p - com[b_id]
with either:
    with _(3):
        moved__world__y = transform_point(q, o, p)
    with _(2):
        moved__world__y = inverse_point(q, o, p)
    with _:
        m__mat__basis = quat_to_matrix(q)
        moved__world__y = pick(m @ p + o, transpose(m) @ (p - o))
        with maybe(0.5):
            m_out[i] = m
out[i] = moved
with maybe(0.4):
    n_out[i] = pick(quat_rotate(q, nrm[i]), normalize(quat_rotate(q, nrm[i])))
with maybe(0.4):
    arm__lever__r_arm = moved - pick(o, o + quat_rotate(q, com[b_id]))
    speed__vel__v_pt = point_velocity(bv[b_id], bw[b_id], arm)
    with either:
        with _:
            v_out[i] = speed
        with _:
            out2[i] = moved + speed * dt
        with _:
            tally(length(speed))
with maybe(0.2):
    tally(pick(length(moved - p), moved.y))
"""

COMPOSE = """
up__par__above = parent[i]
q__rot__r_q = lq[i]
p__pos__t_p = lp[i]
with maybe(0.3):
    q = normalize(q)
with maybe(0.3):
    p = pick(p * uniform, polish(p))
with either:
    with _:
        if up >= 0:
            p = compose_pos(bq[up], bp[up], p)
            q = bq[up] * q
    with _:
        if up < 0:
            p_out[i] = p
            q_out[i] = q
            return
        p = compose_pos(bq[up], bp[up], p)
        q = pick(normalize(bq[up] * q), bq[up] * q)
    with _:
        if up >= 0:
            inv_q__q_inv = quat_inverse(bq[up])
            p = quat_rotate(inv_q, p - bp[up])
            q = inv_q * q
with maybe(0.35):
    q = advance_rotation(q, bw[child[i]], dt)
    with maybe(0.6):
        p += bv[child[i]] * dt
with maybe(0.3):
    gap__jump__step_p = tp[i] - p
    gap_len__far__d_goal = length(gap)
    if gap_len > limit:
        gap = gap * (limit / gap_len)
    p = p + gap * pick(t, clamp(t, 0.0, 1.0))
with maybe(0.35):
    q = quat_slerp(q, tq[i], clamp(t, 0.0, 1.0))
p_out[i] = p
q_out[i] = q
with maybe(0.3):
    n_out[i] = quat_rotate(q, pick(nrm[i], vec(0.0, 0.0, 1.0)))
with maybe(0.25):
    tally(length(p))
"""

ERROR = """
q__rot__r_q = cq[i]
g__goal_q__want_q = tq[i]
dp__pos_err__offset = tp[i] - cp[i]
with maybe(0.4):
    dp = quat_rotate_inv(q, dp)
with either:
    with _:
        dr__rot_err__omega_err = rotation_error(q, g)
        ang__angle__twist = length(dr)
    with _:
        ang__angle__twist = angle_between(q, g)
        dr__rot_err__omega_err = dp * ang
with either:
    with _:
        cost__err__total = w_pos * dot(dp, dp) + w_rot * ang * ang
    with _:
        cost__err__total = w_pos * length(dp) + w_rot * ang
    with _:
        cost__err__total = w_pos * length(dp)
        if ang > num(0.1, 0.05):
            cost += w_rot * polish(ang)
with maybe(0.4):
    if cost > limit:
        cost = pick(limit, limit + 0.1 * (cost - limit))
e_out[i] = cost
with either:
    with _:
        v_out[i] = pick(dp * w_pos, dp / safe(dt))
        n_out[i] = pick(dr * w_rot, quat_rotate(q, dr) / safe(dt))
    with _:
        p_out[i] = lerp(cp[i], tp[i], clamp(t, 0.0, 1.0))
        q_out[i] = pick(quat_slerp(q, g, clamp(t, 0.0, 1.0)), normalize(quat_slerp(q, g, clamp(t, 0.0, 1.0))))
    with _:
        tally(pick(cost, ang))
with maybe(0.3):
    tally(length(dp))
"""

SKIN = """
p__pt__rest_p = x[i]
acc__skinned__blended = zero(p)
n_acc__n_sum = zero(p)
total__w_sum__norm = real(0.0)
for c in range(4):
    wt__w__influence_c = bw4[i, c]
    with either:
        with _:
            if wt <= 0.0:
                continue
        with _:
            if wt < num(0.001, 0.01):
                break
    k__bone__b_id = bones[i, c]
    with either:
        with _(2):
            rest_q__bind_r = bind_q[k]
            local_p__rel = pick(transform_point(rest_q, bind_p[k], p), inverse_point(rest_q, bind_p[k], p))
            there__posed__y_c = transform_point(bq[k], bp[k], local_p)
        with _:
            there__posed__y_c = transform_point(bq[k], bp[k], p)
        with _:
            full_q__q_all = bq[k] * quat_inverse(bind_q[k])
            there__posed__y_c = bp[k] + quat_rotate(full_q, p - bind_p[k])
    with maybe(0.3):
        there = pick(cw_mul(there, scale[k]), there * uniform)
    acc += wt * there
    n_acc += wt * quat_rotate(bq[k], nrm[i])
    total += wt
with maybe(0.6):
    if total > num(0.0001, 0.001):
        acc = acc / total
    else:
        acc = p
with maybe(0.3):
    acc = lerp(p, acc, clamp(t, 0.0, 1.0))
out[i] = acc
with maybe(0.5):
    n_out[i] = normalize(n_acc)
with maybe(0.3):
    v_out[i] = (acc - tp[i]) / safe(dt)
with maybe(0.3):
    tally(pick(length(acc - p), abs(total - 1.0)))
"""

WRENCH = """
b_id__body__frame = owner[i]
if b_id < 0:
    return
q__rot__r_q = bq[b_id]
force__f_w__push = f[i]
with maybe(0.5):
    force = quat_rotate(q, force)
arm__lever__r_arm = pick(quat_rotate(q, x[i] - com[b_id]), x[i] - bp[b_id], quat_rotate(q, x[i]))
with maybe(0.3):
    size__f_len__mag = length(force)
    if size > limit:
        force = force * (limit / size)
twist__moment__t_w = cross(arm, force)
with maybe(0.5):
    twist += pick(torque[i], quat_rotate(q, torque[i]))
with maybe(0.4):
    rel_v__slip__v_pt = point_velocity(bv[b_id], bw[b_id], arm)
    force -= rel_v * w_pos
    with maybe(0.5):
        twist -= bw[b_id] * w_rot
with maybe(0.3):
    spin__t_len__turn = length(twist)
    if spin > limit:
        twist = twist * (limit / spin)
with maybe(0.25):
    if dot(force, arm) < 0.0:
        force = force * num(0.5, 0.8)
with either:
    with _(2):
        atomic_add(fb, b_id, force)
        atomic_add(tb, b_id, twist)
    with _:
        atomic_add(fb, b_id, force)
        atomic_add(tb, b_id, quat_rotate_inv(q, twist))
    with _:
        atomic_add(fb, b_id, force * uniform)
        atomic_sub(tb, b_id, twist * uniform)
with maybe(0.35):
    tally(pick(length(twist), dot(force, arm), length(force)))
"""
