"""Torques of joints, of actuators by their kind, of a task in space."""

LAW = """
with maybe(0.25):
    if hold[i, j]:
        tau[i, j] = 0.0
        return
with either:
    with _(3):
        goal_q__target__cmd = goal[i, j]
    with _:
        goal_q__target__cmd = delay[i, clamp(lag[i], 0, lags - 1), j]
with maybe(0.35):
    goal_q = q0[j] + scale * goal_q
with maybe(0.3):
    goal_q = clamp(goal_q, lo[j], hi[j])
err__error__e = goal_q - q[i, j]
rate__vel__qd_i = qd[i, j]
with either:
    with _(4):
        t__torque__effort = kp[j] * err - kd[j] * rate
    with _(2):
        t__torque__effort = kp[j] * err + kd[j] * (goal_d[i, j] - rate)
    with _(3):
        total__integ__sum_e = acc[i, j] + err * dt
        with maybe(0.7):
            total = clamp(total, -sat, sat)
        with either:
            with _:
                slope__derr__de = (err - last[i, j]) / safe(dt)
                last[i, j] = err
                t__torque__effort = kp[j] * err + ki[j] * total + kd[j] * slope
            with _:
                t__torque__effort = kp[j] * err + ki[j] * total - kd[j] * rate
        acc[i, j] = total
    with _(3):
        t__torque__effort = real(0.0)
        m__drive__which = mode[j]
        if m == 0:
            t = kp[j] * err - kd[j] * rate
        elif m == 1:
            t = kd[j] * (goal_d[i, j] - rate)
        elif m == 2:
            t = pick(goal_q, scale * goal_q)
with maybe(0.35):
    t = t + ff[i, j]
with maybe(0.25):
    t = t * strength[i, j]
with maybe(0.3):
    with either:
        with _:
            t = t - fs[j] * tanh(rate / num(0.1, 0.01)) - fv[j] * rate
        with _:
            if abs(rate) > num(0.01, 0.001):
                t = t - fs[j] * sign(rate)
            t = t - fv[j] * rate
with maybe(0.35):
    raw[i, j] = t
with either:
    with _(3):
        t = clamp(t, -lim[j], lim[j])
    with _(2):
        top__max_t = clamp(stall[j] * (1.0 - rate / safe(vlim[j])), 0.0, lim[j])
        bot__min_t = clamp(stall[j] * (-1.0 - rate / safe(vlim[j])), -lim[j], 0.0)
        t = clamp(t, bot, top)
    with _:
        if t > lim[j]:
            t = lim[j]
        elif t < -lim[j]:
            t = -lim[j]
with maybe(0.25):
    if q[i, j] < lo[j] and t < 0.0 or q[i, j] > hi[j] and t > 0.0:
        t = 0.0
with maybe(0.3):
    atomic_add(power, i, abs(t * rate))
tau[i, j] = t
"""

TYPES = """
with maybe(0.2):
    if hold[i, j]:
        force[i, j] = 0.0
        return
u__ctrl_i__cmd = ctrl[i, j]
with either:
    with _(2):
        if limited[j]:
            u = clamp(u, clo[j], chi[j])
    with _:
        u = clamp(u, clo[j], chi[j])
    with _:
        with maybe(0.5):
            u = u * scale
k__kind__type_j = kind[j]
l__length__len_i = len[i, j]
s__speed__vel_i = vel[i, j]
gain__g__gain_j = g0[j, 0]
bias__b_j__offset = real(0.0)
with maybe(0.6):
    if k == 1:
        gain = g0[j, 0] + g0[j, 1] * l + g0[j, 2] * s
    elif k == 2:
        lnorm__rel_len = (l - g0[j, 1]) / safe(g0[j, 2])
        with either:
            with _:
                gain = -g0[j, 0] * exp(-clamp(lnorm * lnorm, 0.0, 8.0))
            with _:
                gain = -g0[j, 0] * max(1.0 - lnorm * lnorm, 0.0)
        with maybe(0.5):
            if s < 0.0:
                gain = gain * max(1.0 + s / safe(vlim[j]), 0.0)
if k >= 1:
    bias = pick(b0[j, 0] + b0[j, 1] * l + b0[j, 2] * s, b0[j, 1] * l - kd[j] * s)
    with maybe(0.4):
        if k == 3:
            bias = -kp[j] * l - kd[j] * s
with either:
    with _(2):
        f__frc__act_f = gain * u + bias
    with _:
        f__frc__act_f = gain * act[i, j] + bias
    with _:
        f__frc__act_f = gain * (act[i, j] if k == 2 else u) + bias
with either:
    with _(3):
        f = clamp(f, -lim[j], lim[j])
    with _:
        top__max_t = stall[j] * max(1.0 - abs(s) / safe(vlim[j]), 0.0)
        f = clamp(f, -top, top)
    with _:
        with maybe(0.5):
            f = tempered(f)
force[i, j] = f
with maybe(0.3):
    atomic_add(power, i, abs(f * s))
with maybe(0.2):
    tally(abs(f))
"""

TASK = """
ex__pos_err__dp = xg[i] - x[i]
with maybe(0.4):
    far__err_len = length(ex)
    if far > tol:
        ex = ex * (tol / pick(far, safe(far)))
    else:
        with maybe(0.7):
            done[i] = 1
with either:
    with _(2):
        f__pull__force_i = ex * kx - v[i] * dx
    with _:
        f__pull__force_i = ex * kx - v[i] * (2.0 * dx * sqrt(abs(kx)))
    with _:
        f__pull__force_i = cw_mul(ex, abs(ex)) * kx - v[i] * dx
with maybe(0.75):
    dq__rot_err__rel = rg[i] * quat_inverse(r[i])
    with either:
        with _(2):
            er__axis_err__drot = vec(dq[0], dq[1], dq[2]) * 2.0
            if dq[3] < 0.0:
                er = -er
        with _:
            er__axis_err__drot = vec(dq[0], dq[1], dq[2]) * (2.0 * sign(dq[3]))
        with _:
            ua__a_now = quat_rotate(r[i], vec(0.0, 0.0, 1.0))
            ub__a_goal = quat_rotate(rg[i], vec(0.0, 0.0, 1.0))
            er__axis_err__drot = cross(ua, ub)
    m__moment__torque_i = er * kr - w[i] * dr
    with maybe(0.5):
        ml__m_len = length(m)
        if ml > fmax:
            m = m * (fmax / pick(ml, safe(ml)))
    tx[i] = m
with maybe(0.6):
    fl__f_len = length(f)
    with either:
        with _:
            if fl > fmax:
                f = f * (fmax / pick(fl, safe(fl)))
        with _:
            f = f * min(1.0, fmax / safe(fl))
with maybe(0.25):
    f = f + gravity_comp
fx[i] = f
with maybe(0.3):
    tally(pick(length(ex), dot(f, v[i])))
"""
