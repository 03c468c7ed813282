"""Chains and trees of links, and one joint under control."""

CHAIN = """
def revolute__turn_about(axis, angle):
    'Rotation about a joint axis.'
    return quat_from_axis_angle(normalize(axis), angle)
# start at the base
p__pos__cursor = base_p[i]
r__rot__frame = base_r[i]
spin__omega__w_total = zero(p)
slide__lin_vel__v_total = zero(p)
for c in range(links):
    with either:
        with _(2):
            step_p__arm__reach_vec = quat_rotate(r, offset[c])
        with _:
            r = r * rest[c]
            step_p__arm__reach_vec = quat_rotate(r, offset[c])
    with maybe(0.4):
        slide += cross(spin, step_p)
        link_v[i, c] = slide
    # move to the next link
    p += step_p
    angle__q_c__theta = q[i, c]
    with maybe(0.4):
        angle = clamp(angle, -num(3.1, 2.5, 1.6), num(3.1, 2.5, 1.6))
    with either:
        with _:
            if kind[c] == 0:
                r = r * revolute(axis[c], angle)
            else:
                p += quat_rotate(r, axis[c]) * angle
        with _:
            r = r * revolute(axis[c], angle)
        with _:
            if kind[c] == 1:
                p += quat_rotate(r, axis[c]) * angle
            elif kind[c] == 0:
                r = r * revolute(axis[c], angle)
    spin += quat_rotate(r, axis[c]) * qd[i, c]
    with maybe(0.6):
        r = normalize(r)
    link_p_out[i, c] = p
    with maybe(0.5):
        link_r_out[i, c] = r
with maybe(0.6):
    tip[i] = p
with maybe(0.3):
    tip_r[i] = r
with maybe(0.5):
    err__miss__gap = goal[i] - p
    with either:
        with _:
            reach[i] = length(err)
        with _:
            tally(pick(length(err), dot(err, err)))
"""

TREE = """
for c in range(links):
    pl__par_link__up = parent[c]
    pp__parent_p__from_p = base_p[i]
    pr__parent_r__from_r = base_r[i]
    # parent frame
    if pl >= 0:
        pp = link_p[i, pl]
        pr = link_r[i, pl]
    world_p__anchor__joint_p = pp + quat_rotate(pr, offset[c])
    local_r__turn__joint_r = quat_from_axis_angle(normalize(axis[c]), q[i, c])
    with either:
        with _:
            if kind[c] == 1:
                world_p += quat_rotate(pr, axis[c]) * q[i, c]
                local_r = rest[c]
        with _:
            local_r = pick(rest[c] * local_r, local_r * rest[c])
        with _:
            if kind[c] == 2:
                local_r = rest[c]
            elif kind[c] == 1:
                world_p += quat_rotate(pr, axis[c]) * q[i, c]
    link_p[i, c] = world_p
    link_r[i, c] = pick(normalize(pr * local_r), pr * local_r)
    with maybe(0.3):
        tally(pick(world_p.z, length(world_p - pp)))
    with maybe(0.4):
        link_v[i, c] = cross(quat_rotate(pr, axis[c]) * qd[i, c], world_p - pp)
"""

JOINT = """
def pd_torque__drive_force(target, vel_target, x, v, kp, kd):
    'PD control torque.'
    return kp * (target - x) + kd * (vel_target - v)
def limit_force__stop_torque(x, v, lo, hi, ke, kd):
    'Penalty force of joint limits.'
    if x < lo:
        return ke * (lo - x) - kd * min(v, 0.0)
    if x > hi:
        return ke * (hi - x) - kd * max(v, 0.0)
    return 0.0
def dry_friction__coulomb_term(v, mu):
    'Coulomb friction.'
    return -mu * tanh(v * 10.0)
# joint state
pos__x0__angle = jq[i]
vel__v0__rate = jqd[i]
with maybe(0.2):
    if jtype[i] == 2:
        tau[i] = 0.0
        return
with either:
    with _(3):
        torque__drive__tau_i = pd_torque(target[i], target_v[i], pos, vel, ke, kd)
    with _:
        torque__drive__tau_i = ke * (target[i] - pos) - kd * vel
    with _:
        torque__drive__tau_i = real(0.0)
        if mode[i] == 0:
            torque = ke * (target[i] - pos) - kd * vel
        elif mode[i] == 1:
            torque = kd * (target_v[i] - vel)
        else:
            torque = act[i]
    with _:
        # PID control
        err__e_pos__miss = target[i] - pos
        total_e__e_int__wound = clamp(sum[i] + err * dt, -num(1.0, 0.5), num(1.0, 0.5))
        sum[i] = total_e
        torque__drive__tau_i = ke * err + ki * total_e - kd * vel
    with _:
        torque__drive__tau_i = act[i] * gear[i] - passive * vel
with maybe(0.5):
    # limit the effort
    # respect the effort limit
    torque = clamp(torque, -effort, effort)
with maybe(0.6):
    # joint limits
    torque += limit_force(pos, vel, lo[i], hi[i], lim_ke, lim_kd)
with maybe(0.35):
    # joint friction
    torque += dry_friction(vel, friction)
with maybe(0.3):
    torque -= passive * polish(vel)
with either:
    with _:
        tau[i] = torque
    with _:
        # semi-implicit step
        # integrate the joint
        acc__qdd__accel = torque / safe(arm)
        v1__vel_new__rate_new = vel + acc * dt
        x1__pos_new__angle_new = pos + pick(v1, 0.5 * (vel + v1)) * dt
        with maybe(0.6):
            if x1 < lo[i]:
                x1 = lo[i]
                v1 = max(v1, 0.0)
            elif x1 > hi[i]:
                x1 = hi[i]
                v1 = min(v1, 0.0)
        q_out[i] = x1
        qd_out[i] = v1
    with _:
        tau[i] = torque
        tally(pick(abs(torque * vel), torque * torque))
"""
